import { type ReactNode, useState } from "react";
import type { Message } from "../api/types";
import { emojiOf } from "../emoji";
import { EmojiPicker } from "../parts/EmojiPicker";
import { Menu, type MenuItem } from "../parts/Menu";
import { useSession } from "../session";
import { useWorkspace } from "../workspace";

interface Props {
  channel: string;
  message: Message;
  inThread: boolean;
  onReply: () => void;
  onEdit: (() => void) | undefined;
  onDelete: (() => void) | undefined;
}

const QUICK = ["+1", "eyes", "white_check_mark"];

/** What appears over a message under the pointer or with the focus: reactions, reply, and the menu of actions. */
export function MessageToolbar({ channel, message, inThread, onReply, onEdit, onDelete }: Props): ReactNode {
  const { t, notify } = useSession();
  const { state, actions } = useWorkspace();
  const [open, setOpen] = useState(false);
  if (message.is_ephemeral || message.subtype === "tombstone") return null;
  const items: MenuItem[] = state.shortcuts
    .filter((one) => one.type === "message")
    .map((one) => ({
      key: one.callback_id,
      label: one.name,
      detail: one.description,
      choose: () => void actions.shortcut(one.callback_id, { channel, message }),
    }));
  items.push({
    key: "link",
    label: t("message.copy_link"),
    choose: () => {
      void navigator.clipboard
        .writeText(actions.permalink(channel, message))
        .then(() => notify(t("message.link_copied")));
    },
  });
  if (onEdit) items.push({ key: "edit", label: t("message.edit"), choose: onEdit });
  if (onDelete) items.push({ key: "delete", label: t("message.delete"), danger: true, choose: onDelete });
  return (
    <div className={`toolbar ${open ? "open" : ""}`} role="toolbar" aria-label={t("message.actions")}>
      {QUICK.map((name) => (
        <button
          key={name}
          type="button"
          className="icon-button"
          aria-label={t("message.react_with", { name: name.replace(/_/g, " ") })}
          title={`:${name}:`}
          onClick={() => void actions.react(channel, message, name)}
        >
          {emojiOf(name)}
        </button>
      ))}
      <EmojiPicker
        label={t("message.react")}
        onChoose={(name) => void actions.react(channel, message, name)}
        onOpenChange={setOpen}
      >
        🙂
      </EmojiPicker>
      {!inThread && (
        <button
          type="button"
          className="icon-button"
          aria-label={t("message.reply")}
          title={t("message.reply")}
          onClick={onReply}
        >
          💬
        </button>
      )}
      <Menu label={t("message.more")} items={items} onOpenChange={setOpen}>
        ⋮
      </Menu>
    </div>
  );
}
