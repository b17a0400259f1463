import { type ReactNode, useState } from "react";
import { withToken } from "../api/client";
import type { SlackFile } from "../api/types";
import { Dialog } from "../parts/Dialog";
import { useSession } from "../session";

/** What a message carries: images as themselves, everything else as a card to download. */
export function Files({ files }: { files: SlackFile[] }): ReactNode {
  return (
    <div className="files">
      {files.map((file) =>
        file.mimetype?.startsWith("image/") ? (
          <ImageFile key={file.id} file={file} />
        ) : (
          <OtherFile key={file.id} file={file} />
        ),
      )}
    </div>
  );
}

function ImageFile({ file }: { file: SlackFile }): ReactNode {
  const { me, t } = useSession();
  const [large, setLarge] = useState(false);
  const source = withToken(file.url_private ?? "", me.name);
  const name = file.title ?? file.name;
  return (
    <figure className="image-file">
      <figcaption>{name}</figcaption>
      <button type="button" aria-label={t("file.enlarge", { name })} onClick={() => setLarge(true)}>
        <img src={source} alt={name} loading="lazy" width={file.original_w} height={file.original_h} />
      </button>
      {large && (
        <Dialog className="wide" title={name} onClose={() => setLarge(false)}>
          <img className="large-image" src={source} alt={name} />
        </Dialog>
      )}
    </figure>
  );
}

function OtherFile({ file }: { file: SlackFile }): ReactNode {
  const { me, locale, t } = useSession();
  const kind = (file.filetype ?? file.name.split(".").pop() ?? "").toUpperCase();
  return (
    <a
      className="file-card"
      href={withToken(file.url_private_download ?? file.url_private ?? "", me.name)}
      download={file.name}
      aria-label={t("file.download", { name: file.name })}
    >
      <span className="file-icon" aria-hidden="true">
        {kind.slice(0, 4)}
      </span>
      <span>
        <strong>{file.title ?? file.name}</strong>
        <small>
          {[kind, file.size === undefined ? "" : size(file.size, locale)].filter(Boolean).join(" · ")}
        </small>
      </span>
    </a>
  );
}

function size(bytes: number, locale: string): string {
  const units = ["byte", "kilobyte", "megabyte"];
  const step = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const format = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: units[step],
    unitDisplay: "short",
    maximumFractionDigits: 1,
  });
  return format.format(bytes / 1000 ** step);
}
