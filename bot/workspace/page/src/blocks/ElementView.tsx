import { type ReactNode, useState } from "react";
import type { Confirm, Element, Option, TextObject } from "../api/types";
import { Emoji, Plain } from "../mrkdwn/Mrkdwn";
import { Dialog } from "../parts/Dialog";
import { Menu } from "../parts/Menu";
import { useSession } from "../session";
import { imageAddress, Text } from "./Blocks";
import { Control } from "./Control";
import { type Chosen, type FieldValue, useSurface } from "./surface";
import { chosenFor, initialValue, standing } from "./values";

interface Props {
  blockId: string;
  element: Element;
}

/** One element of a section, of actions, or of context actions: using it tells the bot at once. */
export function ElementView({ blockId, element }: Props): ReactNode {
  const surface = useSurface();
  const { t, me } = useSession();
  const [asking, setAsking] = useState<Chosen | null>(null);
  const confirm = element.confirm as Confirm | undefined;
  const send = (chosen: Chosen) => (confirm ? setAsking(chosen) : surface.act(blockId, element, chosen));

  const body = (() => {
    switch (element.type) {
      case "button":
      case "workflow_button":
        return <ButtonElement element={element} send={send} />;
      case "image":
        return (
          <img
            className="accessory-image"
            src={imageAddress(element, me.name)}
            alt={String(element.alt_text ?? "")}
          />
        );
      case "overflow":
        return (
          <Menu
            label={t("element.more")}
            items={(element.options as Option[]).map((option) => ({
              key: option.value,
              label: <Plain of={option.text} />,
              detail: option.description?.text,
              choose: () => {
                if (option.url) window.open(option.url, "_blank", "noopener");
                send({ selected_option: option.value });
              },
            }))}
          >
            ⋯
          </Menu>
        );
      case "feedback_buttons":
        return <FeedbackButtons element={element} send={send} />;
      case "icon_button":
        return (
          <button
            type="button"
            className="icon-button"
            aria-label={labelOf(element)}
            title={labelOf(element)}
            disabled={surface.busy}
            onClick={() => send({ value: String(element.value ?? "") })}
          >
            <Emoji name={element.icon === "trash" ? "wastebasket" : String(element.icon)} />
          </button>
        );
      default:
        return <Choosing blockId={blockId} element={element} send={send} />;
    }
  })();

  return (
    <>
      {body}
      {asking && confirm && (
        <ConfirmDialog
          confirm={confirm}
          onDeny={() => setAsking(null)}
          onConfirm={() => {
            setAsking(null);
            surface.act(blockId, element, asking);
          }}
        />
      )}
    </>
  );
}

function labelOf(element: Element): string {
  return String(
    element.accessibility_label ?? (element.text as TextObject | undefined)?.text ?? element.type,
  );
}

function ButtonElement({ element, send }: { element: Element; send: (chosen: Chosen) => void }): ReactNode {
  const { busy } = useSurface();
  const text = element.text as TextObject;
  const value = typeof element.value === "string" ? { value: element.value } : {};
  return (
    <button
      type="button"
      className={`button ${String(element.style ?? "")}`}
      aria-label={element.accessibility_label ? String(element.accessibility_label) : undefined}
      disabled={busy}
      onClick={() => {
        if (typeof element.url === "string" && /^https?:/i.test(element.url))
          window.open(element.url, "_blank", "noopener");
        send(value);
      }}
    >
      <Plain of={text} />
    </button>
  );
}

/** The native thumbs of an agent's answer; what was pressed stays pressed while the page is open. */
function FeedbackButtons({ element, send }: { element: Element; send: (chosen: Chosen) => void }): ReactNode {
  const { busy } = useSurface();
  const { t } = useSession();
  const [pressed, setPressed] = useState<string | null>(null);
  const buttons = [
    { sign: "👍", button: element.positive_button as Element },
    { sign: "👎", button: element.negative_button as Element },
  ];
  return (
    <div className="feedback" role="group" aria-label={t("element.feedback")}>
      {buttons.map(({ sign, button }) => {
        const value = String(button.value ?? "");
        return (
          <button
            key={sign}
            type="button"
            className="icon-button"
            aria-label={labelOf(button)}
            title={labelOf(button)}
            aria-pressed={pressed === value}
            disabled={busy}
            onClick={() => {
              setPressed(value);
              send({ value });
            }}
          >
            <span aria-hidden="true">{sign}</span>
          </button>
        );
      })}
    </div>
  );
}

/** Menus, pickers, boxes: show the choice at once and send it. */
function Choosing({ blockId, element, send }: Props & { send: (chosen: Chosen) => void }): ReactNode {
  const surface = useSurface();
  const actionId = element.action_id ?? "";
  const [local, setLocal] = useState<FieldValue>(() => initialValue(element));
  const value = surface.isView ? standing(surface, blockId, element) : local;
  const placeholder = (element.placeholder as TextObject | undefined)?.text;
  return (
    <Control
      blockId={blockId}
      element={element}
      label={placeholder ?? element.type}
      value={value}
      onValue={(next) => {
        setLocal(next);
        surface.setValue(blockId, actionId, next);
        send(chosenFor(element.type, next));
      }}
    />
  );
}

function ConfirmDialog(props: { confirm: Confirm; onConfirm: () => void; onDeny: () => void }): ReactNode {
  const { confirm } = props;
  return (
    <Dialog
      className="small"
      title={<Plain of={confirm.title} />}
      onClose={props.onDeny}
      footer={
        <>
          <button type="button" className="button" onClick={props.onDeny}>
            <Plain of={confirm.deny} />
          </button>
          <button
            type="button"
            data-autofocus
            className={`button ${confirm.style ?? "primary"}`}
            onClick={props.onConfirm}
          >
            <Plain of={confirm.confirm} />
          </button>
        </>
      }
    >
      <Text text={confirm.text} />
    </Dialog>
  );
}
