import { type ReactNode, useState } from "react";
import type { Block } from "../api/types";
import { Mrkdwn } from "../mrkdwn/Mrkdwn";
import { useSession } from "../session";
import { Blocks } from "./Blocks";

type Cell = { type?: string; text?: string | number; value?: string | number; elements?: unknown[] };

/**
 * The `data_table` block: a first row of headings, pages, and sorting by a click on a heading. A plain `table`
 * block is the same without all that.
 * https://docs.slack.dev/reference/block-kit/blocks/data-table-block
 */
export function DataTable({ block }: { block: Block }): ReactNode {
  const plain = block.type === "table";
  const columns =
    (block.column_settings as ({ align?: "left" | "center" | "right" } | null)[] | undefined) ?? [];
  const { t, locale } = useSession();
  const [header = [], ...rows] = (block.rows as Cell[][] | undefined) ?? [];
  const size = plain ? rows.length : Number(block.page_size ?? 5);
  const [page, setPage] = useState(0);
  const [sort, setSort] = useState<{ column: number; down: boolean } | null>(null);
  const sorted = sort
    ? [...rows].sort((one, other) => compare(one[sort.column], other[sort.column], locale))
    : rows;
  if (sort?.down) sorted.reverse();
  const pages = Math.max(1, Math.ceil(rows.length / Math.max(size, 1)));
  const shown = sorted.slice(page * size, (page + 1) * size);
  const rowHeader = Number(block.row_header_column_index ?? -1);
  const press = (column: number) =>
    setSort((before) =>
      before?.column === column ? { column, down: !before.down } : { column, down: false },
    );
  return (
    <div className="data-table">
      <div className="table-scroll">
        <table>
          {typeof block.caption === "string" && <caption>{block.caption}</caption>}
          <thead>
            <tr>
              {header.map((cell, column) => (
                <th
                  key={column}
                  scope="col"
                  aria-sort={plain ? undefined : direction(sort, column)}
                  style={{ textAlign: columns[column]?.align }}
                >
                  {plain ? (
                    <CellText cell={cell} />
                  ) : (
                    <button type="button" onClick={() => press(column)}>
                      <CellText cell={cell} />
                      <span aria-hidden="true">
                        {sort?.column === column ? (sort.down ? " ↓" : " ↑") : ""}
                      </span>
                    </button>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) =>
                  column === rowHeader ? (
                    <th key={column} scope="row">
                      <CellText cell={cell} />
                    </th>
                  ) : (
                    <td
                      key={column}
                      className={isNumber(cell) ? "number" : ""}
                      style={{ textAlign: columns[column]?.align }}
                    >
                      <CellText cell={cell} />
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <div className="pager">
          <button
            type="button"
            className="button small"
            disabled={page === 0}
            onClick={() => setPage(page - 1)}
          >
            {t("table.previous")}
          </button>
          <span>{t("table.page", { page: page + 1, pages })}</span>
          <button
            type="button"
            className="button small"
            disabled={page + 1 >= pages}
            onClick={() => setPage(page + 1)}
          >
            {t("table.next")}
          </button>
        </div>
      )}
    </div>
  );
}

function CellText({ cell }: { cell: Cell }): ReactNode {
  if (cell.type === "rich_text") return <Blocks blocks={[cell as Block]} />;
  if (cell.type === "mrkdwn") return <Mrkdwn text={String(cell.text ?? "")} />;
  return String(cell.text ?? cell.value ?? "");
}

function direction(
  sort: { column: number; down: boolean } | null,
  column: number,
): "ascending" | "descending" | "none" {
  if (sort?.column !== column) return "none";
  return sort.down ? "descending" : "ascending";
}

const isNumber = (cell: Cell | undefined): boolean => cell?.type === "raw_number";

function compare(one: Cell | undefined, other: Cell | undefined, locale: string): number {
  const [a, b] = [one?.value ?? one?.text ?? "", other?.value ?? other?.text ?? ""];
  if (isNumber(one) && isNumber(other)) return Number(a) - Number(b);
  return String(a).localeCompare(String(b), locale, { numeric: true });
}
