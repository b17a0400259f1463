import type { FieldValue } from "../blocks/surface";
import type { Dict, Message, Option, View } from "./types";

/** A Web API error by its code (`channel_not_found`), or `unreachable` when the server does not answer. */
export class ApiError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

async function answerOf<T>(request: Promise<Response>): Promise<T & { ok?: boolean; error?: string }> {
  try {
    const response = await request;
    return (await response.json()) as T & { ok?: boolean; error?: string };
  } catch {
    throw new ApiError("unreachable");
  }
}

function post<T>(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<T & { ok?: boolean; error?: string }> {
  const init = {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
  return answerOf<T>(fetch(path, init));
}

/** A person's token: fixed, since this workspace is an emulator on one machine. */
export function tokenOf(handle: string): string {
  return `xoxp-${handle}`;
}

/** A file's address with the token that it needs where no header can be sent (images, downloads). */
export function withToken(url: string, handle: string): string {
  const address = new URL(url, window.location.origin);
  if (address.origin !== window.location.origin) return url;
  address.searchParams.set("token", tokenOf(handle));
  return address.toString();
}

/** One Web API method as the person; raises ApiError unless `ok`. */
export async function call<T = Dict>(handle: string, method: string, args: Dict = {}): Promise<T> {
  const answer = await post<T>(`/api/${method}`, args, { Authorization: `Bearer ${tokenOf(handle)}` });
  if (!answer.ok) throw new ApiError(answer.error ?? "unknown");
  return answer;
}

/** A page of a channel's messages, oldest first, the newest of all or those before a ts; and whether there are older ones. */
export async function history(
  handle: string,
  channel: string,
  before?: string,
): Promise<{ messages: Message[]; more: boolean }> {
  const page = before ? { latest: before, inclusive: false } : {};
  const answer = await call<{ messages: Message[]; has_more?: boolean }>(handle, "conversations.history", {
    channel,
    limit: 100,
    ...page,
  });
  return { messages: [...answer.messages].reverse(), more: answer.has_more ?? false };
}

/** A thread's messages, the root first. */
export async function replies(handle: string, channel: string, ts: string): Promise<Message[]> {
  const answer = await call<{ messages: Message[] }>(handle, "conversations.replies", {
    channel,
    ts,
    limit: 500,
  });
  return answer.messages;
}

/** Uploads files one after the other and shares them in one message. */
export async function shareFiles(
  handle: string,
  files: File[],
  where: { channel_id: string; thread_ts?: string; initial_comment?: string },
): Promise<void> {
  const done: { id: string; title: string }[] = [];
  for (const file of files) {
    const ticket = await call<{ upload_url: string; file_id: string }>(handle, "files.getUploadURLExternal", {
      filename: file.name,
      length: file.size,
    });
    const upload = await fetch(ticket.upload_url, { method: "POST", body: file });
    if (!upload.ok) throw new ApiError("upload_failed");
    done.push({ id: ticket.file_id, title: file.name });
  }
  await call(handle, "files.completeUploadExternal", { files: done, ...where });
}

export interface InteractAnswer {
  view?: View;
  errors?: Record<string, string>;
  options?: Option[];
  option_groups?: { options: Option[] }[];
}

/** A person's click, choice, shortcut or submission; raises ApiError unless `ok` or refused by field errors. */
export async function interact(body: Dict & { user: string }): Promise<InteractAnswer> {
  const answer = await post<InteractAnswer>("/workspace/interact", body);
  if (!answer.ok && !answer.errors) throw new ApiError(answer.error ?? "unknown");
  return answer;
}

/** Submits a modal; the answer's `errors` are by block id. */
export function submitView(
  user: string,
  viewId: string,
  values: Record<string, Record<string, FieldValue>>,
): Promise<InteractAnswer> {
  return interact({ user, view_id: viewId, values });
}

/** A page-only endpoint or lever. */
export async function pagePost<T = Dict>(path: string, body: Dict): Promise<T> {
  const answer = await post<T>(path, body);
  if (answer.ok === false) throw new ApiError(answer.error ?? "unknown");
  return answer;
}

export async function pageGet<T>(path: string): Promise<T> {
  return answerOf<T>(fetch(path));
}
