import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";
import { emojiOf } from "../emoji";
import { EmojiPicker } from "../parts/EmojiPicker";
import { Menu } from "../parts/Menu";
import { useSession } from "../session";
import { useWorkspace } from "../workspace";
import { Completions } from "./Completions";
import { type Completion, completionsAt, replaceWord } from "./completion";

interface Props {
  placeholder: string;
  channel: string;
  threadTs?: string;
  initial?: string;
  /** Answers whether the text was taken; the field is emptied then. */
  onSend: (text: string, files: File[]) => Promise<boolean>;
  onCancel?: () => void;
}

/** Where one writes: Enter sends, Shift+Enter breaks the line, `/`, `@`, `#` and `:` complete. */
export function Composer({
  placeholder,
  channel,
  threadTs,
  initial = "",
  onSend,
  onCancel,
}: Props): ReactNode {
  const { t } = useSession();
  const { state, actions } = useWorkspace();
  const editing = onCancel !== undefined;
  const draftKey = `deskhand.draft.${state.me.id}.${channel}.${threadTs ?? ""}`;
  const [text, setText] = useState(() => (editing ? initial : (sessionStorage.getItem(draftKey) ?? "")));
  const [files, setFiles] = useState<File[]>([]);
  const [busy, setBusy] = useState(false);
  const [caret, setCaret] = useState(0);
  const [active, setActive] = useState(0);
  const [dismissed, setDismissed] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (!editing) sessionStorage.setItem(draftKey, text);
  }, [draftKey, editing, text]);
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, 240)}px`;
  }, [text]);

  const { word, found } = completionsAt(text, caret, state, threadTs !== undefined);
  const open = found.length > 0 && dismissed !== word;
  const chosen = found[Math.min(active, found.length - 1)];

  const write = (next: string, at: number) => {
    setText(next);
    setCaret(at);
    setActive(0);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(at, at);
    });
  };
  const complete = (completion: Completion) => {
    const { next, at } = replaceWord(text, caret, word, completion.insert);
    write(next, at);
  };
  const send = async () => {
    const typed = text.trim();
    if ((!typed && files.length === 0) || busy) return;
    const kept = { text, files };
    setText("");
    setFiles([]);
    setBusy(true);
    const taken = await onSend(typed, files);
    setBusy(false);
    if (!taken) {
      setText(kept.text);
      setFiles(kept.files);
    }
    field.current?.focus();
  };

  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // An input method's own Enter, as one writes Chinese, only takes its candidate.
    if (event.nativeEvent.isComposing) return;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setActive((active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length);
    } else if (
      open &&
      chosen &&
      (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && chosen.insert.trim() !== word))
    ) {
      event.preventDefault();
      complete(chosen);
    } else if (open && event.key === "Escape") {
      event.stopPropagation();
      setDismissed(word);
    } else if (event.key === "Escape" && onCancel) {
      event.stopPropagation();
      onCancel();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
  };
  const take = (list: FileList | undefined | null) => setFiles((before) => [...before, ...(list ?? [])]);
  const paste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    take(event.clipboardData.files);
  };
  const drop = (event: DragEvent) => {
    if (event.dataTransfer.files.length === 0 || editing) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  };
  const shortcuts = state.shortcuts.filter((one) => one.type === "global");

  return (
    <div
      className={`composer ${editing ? "editing" : ""}`}
      onDrop={drop}
      onDragOver={(event) => event.preventDefault()}
    >
      {open && <Completions found={found} active={Math.min(active, found.length - 1)} onChoose={complete} />}
      <div className="composer-box">
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          placeholder={placeholder}
          aria-label={placeholder}
          aria-autocomplete="list"
          aria-controls={open ? "completions" : undefined}
          aria-activedescendant={open ? `completion-${Math.min(active, found.length - 1)}` : undefined}
          onChange={(event) => {
            setText(event.target.value);
            setCaret(event.target.selectionStart);
            setActive(0);
            setDismissed("");
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={press}
          onPaste={paste}
        />
        {files.length > 0 && (
          <ul className="pending-files">
            {files.map((file, index) => (
              <li className="chip" key={`${file.name}-${index}`}>
                📄 {file.name}
                <button
                  type="button"
                  aria-label={t("picker.remove", { label: file.name })}
                  onClick={() => setFiles(files.filter((_, at) => at !== index))}
                >
                  ✕
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className="composer-tools">
          {!editing && (
            <>
              <input
                ref={chooser}
                type="file"
                multiple
                hidden
                aria-label={t("composer.attach")}
                onChange={(event) => {
                  take(event.target.files);
                  event.target.value = "";
                }}
              />
              <button
                type="button"
                className="icon-button"
                aria-label={t("composer.attach")}
                title={t("composer.attach")}
                onClick={() => chooser.current?.click()}
              >
                ＋
              </button>
            </>
          )}
          <EmojiPicker
            label={t("composer.emoji")}
            onChoose={(name) =>
              write(
                `${text.slice(0, caret)}${emojiOf(name) ?? ""}${text.slice(caret)}`,
                caret + (emojiOf(name) ?? "").length,
              )
            }
          >
            🙂
          </EmojiPicker>
          <button
            type="button"
            className="icon-button"
            aria-label={t("composer.mention")}
            title={t("composer.mention")}
            onClick={() => write(`${text.slice(0, caret)}@${text.slice(caret)}`, caret + 1)}
          >
            @
          </button>
          {!editing && shortcuts.length > 0 && (
            <Menu
              label={t("composer.shortcuts")}
              items={shortcuts.map((one) => ({
                key: one.callback_id,
                label: one.name,
                detail: one.description,
                choose: () => void actions.shortcut(one.callback_id),
              }))}
            >
              ⚡
            </Menu>
          )}
          <span className="composer-hint">{t("composer.hint")}</span>
          {onCancel && (
            <button type="button" className="button small" onClick={onCancel}>
              {t("cancel")}
            </button>
          )}
          <button
            type="button"
            className="button primary small send"
            aria-label={t(editing ? "save" : "composer.send")}
            disabled={busy || (!text.trim() && files.length === 0)}
            onClick={() => void send()}
          >
            {editing ? t("save") : "➤"}
          </button>
        </div>
      </div>
    </div>
  );
}
