"""The page as a person uses it: real Chromium, real server, real Bolt over Socket Mode."""

import re
from pathlib import Path

import pytest
from bolt_bot import ANSWER
from browsing import OpenPage
from playwright.async_api import Browser, Locator, Page, expect

from bot.workspace.testing import RunningWorkspace, running_workspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def composer(page: Page) -> Locator:
    """Where one writes to the channel."""
    return page.get_by_role("main").get_by_role("textbox")


def thread(page: Page) -> Locator:
    """The pane of the open thread."""
    return page.get_by_role("complementary", name="Thread")


async def say(page: Page, words: str) -> Locator:
    """Posts words to the channel on the screen and returns the message as it appears."""
    await composer(page).fill(words)
    await composer(page).press("Escape")
    await composer(page).press("Enter")
    message = page.get_by_role("main").get_by_role("article").last
    await expect(message).to_contain_text(words.split()[-1])
    return message


async def ask(page: Page, words: str) -> Locator:
    """Mentions the bot, opens the thread of its answer and returns the answer."""
    message = await say(page, f"@deskhand {words}")
    await message.get_by_role("button", name="1 reply").click()
    answer = thread(page).get_by_role("article").nth(1)
    await expect(answer).to_contain_text("deskhand")
    return answer


async def test_a_mention_is_answered_in_a_thread_with_quote_and_source(open_page: OpenPage) -> None:
    page = await open_page("ana")
    answer = await ask(page, "how long do refunds take?")
    await expect(answer.locator("blockquote")).to_have_text(ANSWER)
    link = answer.get_by_role("link", name="Refunds › How long")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(page.get_by_role("main").get_by_text("@deskhand").first).to_be_visible()


async def test_text_of_messages_is_drawn_and_never_run(open_page: OpenPage, workspace: RunningWorkspace) -> None:
    page = await open_page("ana")
    evil = '<img src=x onerror="window.hacked=1"> <javascript:window.hacked=1|press me> *bold* `code` :tada: a_b_c'
    await workspace.person("ben").post("general", evil)
    message = page.get_by_role("article").last
    await expect(message).to_contain_text("press me")
    await expect(message.get_by_role("img", name="tada")).to_have_text("🎉")
    await expect(message.locator("strong").last).to_have_text("bold")
    await expect(message.locator("code")).to_have_text("code")
    await expect(message).to_contain_text("a_b_c")
    assert await message.locator("a, img[src=x]").count() == 0
    assert await page.evaluate("window.hacked") is None


MARKED = [
    ("*bold* _italic_ ~gone~", "<strong>bold</strong> <em>italic</em> <del>gone</del>"),
    ("*bold and _both_*", "<strong>bold and <em>both</em></strong>"),
    ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
    ("`a *b* c`", "<code>a *b* c</code>"),
    ("&lt;b&gt; &amp;lt; <!here>", '&lt;b&gt; &amp;lt; <span class="mention mention-all">@here</span>'),
    ("one\ntwo", "one<br>two"),
    (":no_such_emoji: 12:30:45", ":no_such_emoji: 12:30:45"),
    ("（*粗体*）和*不是*粗体", "（<strong>粗体</strong>）和*不是*粗体"),
    ("<@U0NOBODY|gone>", '<span class="mention">@gone</span>'),
    ("* not bold * < 5 and <>", "* not bold * &lt; 5 and &lt;&gt;"),
]


async def test_marking_is_read_as_slack_reads_it(open_page: OpenPage, workspace: RunningWorkspace) -> None:
    for source, _ in MARKED:
        await workspace.person("ben").post("random", source)
    page = await open_page("ana", f"/?channel={workspace.channel('random')}")
    shown = page.locator(".mrkdwn p")
    await expect(shown).to_have_count(len(MARKED))
    assert await shown.evaluate_all("all => all.map(one => one.innerHTML)") == [html for _, html in MARKED]


async def test_replies_in_a_thread_are_counted_at_its_root(open_page: OpenPage) -> None:
    page = await open_page("ana")
    root = await say(page, "shall we move the release?")
    await root.hover()
    await root.get_by_role("button", name="Reply in thread").click()
    field = thread(page).get_by_role("textbox")
    await field.fill("yes, by a week")
    await field.press("Enter")
    await expect(thread(page).get_by_role("article").last).to_contain_text("yes, by a week")
    await expect(root.get_by_role("button", name="1 reply")).to_be_visible()
    assert await page.get_by_role("main").get_by_text("yes, by a week").count() == 0


async def test_an_ephemeral_answer_is_seen_by_its_person_alone_until_it_is_shared(open_page: OpenPage) -> None:
    ana, ben = await open_page("ana"), await open_page("ben")
    await say(ben, "hello everybody")
    await composer(ana).fill("/ask how long do refunds take?")
    await composer(ana).press("Enter")
    private = ana.get_by_role("article").filter(has_text="Only visible to you")
    await expect(private).to_contain_text(ANSWER)
    assert await ben.get_by_text("Only visible to you").count() == 0
    assert await ben.get_by_text(ANSWER).count() == 0
    await private.get_by_role("button", name="Share in channel").click()
    await expect(ben.get_by_text(f"Shared: {ANSWER}")).to_be_visible()
    await expect(private).to_have_count(0)


async def test_a_modal_shows_the_error_under_its_field_and_closes_when_it_is_mended(open_page: OpenPage) -> None:
    page = await open_page("ana")
    answer = await ask(page, "refunds?")
    await answer.get_by_role("button", name="Tell us more").click()
    modal = page.get_by_role("dialog", name="What was wrong?")
    reason = modal.get_by_label("Reason")
    await expect(reason).to_be_focused()
    await reason.fill("nothing")
    await modal.get_by_role("combobox", name="Kind").click()
    await modal.get_by_role("option", name="Outdated").click()
    await modal.get_by_role("button", name="Send").click()
    await expect(modal.get_by_role("alert")).to_have_text("Please say a little more.")
    await expect(reason).to_have_attribute("aria-invalid", "true")
    await reason.fill("the page is from last year")
    await modal.get_by_role("button", name="Send").click()
    await expect(modal).to_have_count(0)


async def test_escape_closes_a_modal_and_a_required_field_is_asked_for(open_page: OpenPage) -> None:
    page = await open_page("ana")
    answer = await ask(page, "refunds?")
    await answer.get_by_role("button", name="Tell us more").click()
    modal = page.get_by_role("dialog", name="What was wrong?")
    await modal.get_by_role("button", name="Send").click()
    await expect(modal.get_by_role("alert")).not_to_be_empty()
    await page.keyboard.press("Escape")
    await expect(modal).to_have_count(0)


async def test_menus_and_feedback_buttons_reach_the_bot(open_page: OpenPage) -> None:
    page = await open_page("ana")
    answer = await ask(page, "refunds?")
    await answer.get_by_role("combobox", name="Pick a colour").click()
    await page.get_by_role("option", name="Green").click()
    await expect(thread(page).get_by_text("Thanks for green")).to_be_visible()
    await answer.get_by_role("button", name="Helpful", exact=True).click()
    await expect(thread(page).get_by_text("Thanks for helpful")).to_be_visible()
    await expect(answer.get_by_role("button", name="Helpful", exact=True)).to_have_attribute("aria-pressed", "true")


async def test_slash_commands_people_and_emoji_are_completed(open_page: OpenPage) -> None:
    page = await open_page("ana")
    field = composer(page)
    await field.press_sequentially("/as")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    await expect(options).to_have_count(1)
    await expect(options.first).to_contain_text("/ask")
    await field.press("Tab")
    await expect(field).to_have_value("/ask ")
    await field.fill("")
    await field.press_sequentially("hi @che")
    await field.press("Enter")
    await expect(field).to_have_value("hi @chen ")
    await field.press_sequentially(":tad")
    await field.press("Enter")
    await expect(field).to_have_value("hi @chen 🎉 ")
    await field.press("Enter")
    await expect(page.get_by_role("article").last.locator(".mention")).to_have_text("@chen")


async def test_an_unknown_command_is_explained_and_kept_in_the_field(open_page: OpenPage) -> None:
    page = await open_page("ana")
    await composer(page).fill("/nonsense please")
    await composer(page).press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("There is no such command")
    await expect(composer(page)).to_have_value("/nonsense please")


async def test_one_becomes_another_person_and_sees_what_that_person_sees(open_page: OpenPage) -> None:
    page = await open_page("ana")
    channels = page.get_by_role("navigation")
    await expect(channels.get_by_role("button", name="support")).to_be_visible()
    await page.get_by_role("button", name="ana Switch person").click()
    await page.get_by_role("menuitem", name="dana").click()
    await expect(page.get_by_role("button", name="dana Switch person")).to_be_visible()
    await expect(channels.get_by_role("button", name="general")).to_be_visible()
    assert await channels.get_by_role("button", name="support").count() == 0
    message = await say(page, "good morning from New York")
    await expect(message.locator(".author")).to_have_text("dana")


async def test_chen_reads_the_page_in_chinese(open_page: OpenPage) -> None:
    page = await open_page("chen")
    await expect(page.get_by_text("本地模拟器，不是 Slack。")).to_be_visible()
    await expect(page.get_by_role("navigation", name="频道和消息")).to_be_visible()
    await expect(composer(page)).to_have_attribute("placeholder", "发消息到 #general")
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert await page.get_by_text("Channels", exact=True).count() == 0


async def test_an_uploaded_image_and_a_text_file_are_shown(open_page: OpenPage, tmp_path: Path) -> None:
    page = await open_page("ana")
    picture, notes = tmp_path / "dot.svg", tmp_path / "notes.txt"
    picture.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30"/></svg>'
    )
    notes.write_text("what we said")
    await page.locator("input[type=file]").first.set_input_files([picture, notes])
    await composer(page).fill("two files")
    await composer(page).press("Enter")
    message = page.get_by_role("article").last
    await expect(message).to_contain_text("two files")
    image = message.get_by_role("img", name="dot.svg")
    await expect(image).to_be_visible()
    await image.evaluate("image => image.decode()")
    async with page.expect_download() as download:
        await message.get_by_role("link", name="Download notes.txt").click()
    saved = tmp_path / "saved.txt"
    await (await download.value).save_as(saved)
    assert saved.read_text() == "what we said"


async def test_reactions_are_added_and_taken_away(open_page: OpenPage) -> None:
    ana, ben = await open_page("ana"), await open_page("ben")
    message = await say(ana, "shipped")
    seen = ben.get_by_role("article").last
    await expect(seen).to_contain_text("shipped")
    await seen.hover()
    await seen.get_by_role("button", name="React with eyes").click()
    reaction = message.get_by_role("button", name="eyes, by ben")
    await expect(reaction).to_contain_text("1")
    await seen.get_by_role("button", name="eyes, by ben").click()
    await expect(reaction).to_have_count(0)


async def test_own_messages_are_edited_and_deleted(open_page: OpenPage) -> None:
    page = await open_page("ana")
    message = await say(page, "see you on Mondey")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Edit message").click()
    field = message.get_by_role("textbox")
    await field.fill("see you on Monday")
    await field.press("Enter")
    await expect(message).to_contain_text("see you on Monday")
    await expect(message).to_contain_text("(edited)")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Delete message").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete message").click()
    await expect(page.get_by_text("see you on Monday")).to_have_count(0)


async def test_a_message_shortcut_opens_its_modal(open_page: OpenPage) -> None:
    page = await open_page("ana")
    message = await say(page, "our new return address")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Save to knowledge").click()
    await expect(page.get_by_role("dialog", name="What was wrong?")).to_be_visible()


async def test_the_app_has_a_home_and_suggests_what_to_ask(open_page: OpenPage) -> None:
    page = await open_page("ana")
    await page.get_by_role("navigation").get_by_role("button", name="deskhand").click()
    await page.get_by_role("button", name="Refunds").click()
    await expect(thread(page).get_by_text("You said: How long do refunds take?")).to_be_visible()
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_role("heading", name="My tasks")).to_be_visible()
    await page.get_by_role("button", name="Refresh").click()
    await expect(page.get_by_role("heading", name="Refreshed")).to_be_visible()


async def test_work_in_progress_is_shown_and_can_be_stopped(open_page: OpenPage) -> None:
    page = await open_page("ana")
    message = await say(page, "@deskhand please wait")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    await expect(thread(page).get_by_text("deskhand is looking things up…")).to_be_visible()
    await thread(page).get_by_role("button", name="Stop").click()
    await expect(thread(page).get_by_text("Stopped.")).to_be_visible()
    await expect(thread(page).get_by_role("button", name="Stop")).to_have_count(0)
    await expect(thread(page).get_by_text("is looking things up")).to_have_count(0)


async def test_streamed_text_ends_whole(open_page: OpenPage) -> None:
    page = await open_page("ana")
    answer = await ask(page, "stream it")
    await expect(answer).to_contain_text("One, two, three.")
    await expect(answer.locator("strong", has_text="two")).to_be_visible()


async def test_data_tables_are_drawn_with_pages_and_sorting_and_charts_beside_them(open_page: OpenPage) -> None:
    page = await open_page("ana")
    answer = await ask(page, "the table please")
    table = answer.get_by_role("table", name="Asked this week")
    await expect(table.get_by_role("row")).to_have_count(6)
    await answer.get_by_role("button", name="Next").click()
    await expect(table.get_by_role("row")).to_have_count(3)
    await table.get_by_role("button", name="Asked").click()
    await table.get_by_role("button", name="Asked").click()
    await answer.get_by_role("button", name="Previous").click()
    await expect(table.get_by_role("row").nth(1)).to_contain_text("Topic 6")
    await expect(answer.get_by_role("table").nth(1)).to_contain_text("Topic 1")
    await expect(answer.get_by_text("Asked a day")).to_be_visible()
    await expect(answer.locator("svg[role=img]")).to_be_visible()


async def test_a_narrow_table_is_scrolled_and_cuts_no_word(open_page: OpenPage) -> None:
    page = await open_page("ana", size=(420, 800))
    answer = await ask(page, "the table please")
    table = answer.get_by_role("table", name="Asked this week")
    cells = table.get_by_role("cell")
    await cells.nth(0).evaluate("node => { node.textContent = 'Incomprehensibilities' }")
    await cells.nth(1).evaluate("node => { node.textContent = 'as many words as there are in a day '.repeat(9) }")
    one_line = await cells.nth(0).evaluate(
        "node => { const words = document.createRange(); words.selectNodeContents(node);"
        " return words.getClientRects().length === 1 }"
    )
    assert one_line


async def test_what_others_write_elsewhere_is_marked_unread(open_page: OpenPage, workspace: RunningWorkspace) -> None:
    page = await open_page("ana")
    entry = page.get_by_role("navigation").get_by_role("button", name="random")
    await workspace.person("ben").post("random", f"<@{workspace.user_id('ana')}> lunch?")
    await expect(entry.locator(".count")).to_have_text("1")
    await entry.click()
    await expect(page.get_by_role("article").last).to_contain_text("lunch?")
    await page.get_by_role("navigation").get_by_role("button", name="general").click()
    await expect(entry.locator(".count")).to_have_count(0)


async def test_a_permalink_leads_to_its_message(open_page: OpenPage, workspace: RunningWorkspace) -> None:
    ts = await workspace.person("ben").post("random", "look here")
    path = f"/archives/{workspace.channel('random')}/p{ts.replace('.', '')}"
    page = await open_page("ana", path)
    await expect(page.locator(".message.highlighted")).to_contain_text("look here")


async def test_earlier_messages_are_loaded_when_asked_for(open_page: OpenPage, workspace: RunningWorkspace) -> None:
    for number in range(110):
        await workspace.person("ben").post("random", f"note {number}")
    page = await open_page("ana", f"/?channel={workspace.channel('random')}")
    await expect(page.get_by_role("article").last).to_contain_text("note 109")
    await expect(page.get_by_role("article").last).to_be_in_viewport()
    await expect(page.get_by_text("note 5", exact=True)).to_have_count(0)
    await page.get_by_role("button", name="Show earlier messages").click()
    await expect(page.get_by_text("note 5", exact=True)).to_have_count(1)
    await expect(page.get_by_role("button", name="Show earlier messages")).to_have_count(0)


async def test_times_and_dates_are_in_the_zone_and_locale_of_the_reader(
    open_page: OpenPage, workspace: RunningWorkspace
) -> None:
    noon = 1795694400  # 2026-11-26 12:00 UTC
    await workspace.person("ben").post("random", f"<!date^{noon}^{{date_long}}, {{time}}|later>")
    path = f"/?channel={workspace.channel('random')}"
    ana, chen = await open_page("ana", path), await open_page("chen", path)
    await expect(ana.get_by_role("article").last).to_contain_text("Thursday, November 26, 2026, 1:00 PM")
    await expect(chen.get_by_role("article").last).to_contain_text("2026年11月26日星期四, 20:00")


async def test_a_narrow_window_shows_the_thread_in_place_of_its_channel(open_page: OpenPage) -> None:
    page = await open_page("ana", size=(900, 700))
    await ask(page, "refunds?")
    await expect(page.get_by_role("main")).not_to_be_visible()
    await thread(page).get_by_role("button", name="Close thread").click()
    await expect(composer(page)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 900


async def test_the_person_can_be_chosen_and_messages_written_without_a_mouse(open_page: OpenPage) -> None:
    page = await open_page("ana")
    await page.get_by_role("button", name="ana Switch person").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="ana ✓")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="ben Switch person")).to_be_visible()
    await composer(page).focus()
    await page.keyboard.type("first line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("second line")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article").last).to_have_text(re.compile("first line.*second line", re.DOTALL))


async def test_a_lost_server_is_said_and_found_again(open_page: OpenPage, workspace: RunningWorkspace) -> None:
    page = await open_page("ana")
    await expect(page.get_by_text("bot connected")).to_be_visible()
    await page.context.set_offline(True)
    await composer(page).fill("into the void")
    await composer(page).press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("can't be reached")
    await expect(composer(page)).to_have_value("into the void")
    await page.context.set_offline(False)
    await composer(page).press("Enter")
    await expect(page.get_by_role("article").last).to_contain_text("into the void")


async def test_a_channel_opened_while_the_server_is_out_of_reach_fills_when_it_is_back(
    open_page: OpenPage, workspace: RunningWorkspace
) -> None:
    await workspace.person("ben").post("random", "said before")
    page = await open_page("ana")
    await expect(page.get_by_text("bot connected")).to_be_visible()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="random").click()
    await expect(page.get_by_role("alert")).to_contain_text("can't be reached")
    await page.context.set_offline(False)
    await expect(page.get_by_role("article").last).to_contain_text("said before")


async def test_a_restarted_server_is_found_again_with_what_was_said_meanwhile(browser: Browser, tmp_path: Path) -> None:
    page = await browser.new_page()
    async with running_workspace(tmp_path) as first:
        port = int(first.url.rsplit(":", 1)[1])
        await first.person("ben").post("general", "before")
        await page.goto(f"{first.url}/?user=ana")
        await expect(page.get_by_role("article").last).to_contain_text("before")
    await expect(page.get_by_text("server unreachable")).to_be_visible()
    async with running_workspace(tmp_path, port) as second:
        await second.person("ben").post("general", "after")
        await expect(page.get_by_role("article").last).to_contain_text("after")
        await expect(page.get_by_text("bot not connected")).to_be_visible()
    await page.close()


async def test_an_address_with_an_unknown_person_shows_the_workspace_as_ana(open_page: OpenPage) -> None:
    page = await open_page("nobody")
    await expect(page.get_by_role("button", name="ana Switch person")).to_be_visible()


async def test_the_inspector_shows_envelopes_with_their_acks(open_page: OpenPage, workspace: RunningWorkspace) -> None:
    page = await open_page("ana", "/inspector")
    await workspace.person("ana").mention("general", "how long do refunds take?")
    row = page.locator("tr[data-kind=envelope]").filter(has_text="app_mention").first
    await expect(row).to_contain_text("acked")
    assert float((await row.locator("td.number").last.inner_text()).replace(",", "")) < 3000
    await expect(page.locator("tr[data-kind=call]").filter(has_text="chat.postMessage").first).to_be_visible()
    await row.get_by_role("button", name="Details").click()
    await expect(page.get_by_role("complementary")).to_contain_text("how long do refunds take?")
    await row.get_by_role("button", name="Redeliver this event").click()
    await expect(page.locator("tr[data-kind=envelope]").filter(has_text="retry 1")).to_have_count(1)


async def test_violations_and_levers_are_in_the_inspector(open_page: OpenPage, workspace: RunningWorkspace) -> None:
    page = await open_page("ana", "/inspector")
    await page.get_by_label("Times").fill("1")
    await page.get_by_role("button", name="Set", exact=True).click()
    await expect(page.get_by_role("alert")).to_have_text("Done.")
    await workspace.person("ana").mention("general", "refunds?")
    await expect(page.locator("tr[data-kind=call]").filter(has_text="429").first).to_contain_text("ratelimited")
    await page.get_by_role("button", name="Close it").click()
    await expect(page.locator("tr[data-kind=socket]").filter(has_text="closed").first).to_be_visible()
    before = workspace.workspace.clock.now()
    await page.get_by_role("button", name="+ 1 h").click()
    await workspace.until(lambda: workspace.workspace.clock.now() >= before + 3600, "the clock to move")
