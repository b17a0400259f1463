/** The parts of Slack's objects that the page draws. */

export type Dict = Record<string, unknown>;

export interface Person {
  id: string;
  name: string;
  real_name?: string;
  is_bot?: boolean;
  is_admin?: boolean;
  locale?: string;
  tz?: string;
  profile?: { display_name?: string; real_name?: string };
}

export interface Conversation {
  id: string;
  name?: string;
  is_im?: boolean;
  is_private?: boolean;
  is_member?: boolean;
  user?: string;
  topic?: { value?: string };
  purpose?: { value?: string };
}

export interface Reaction {
  name: string;
  count: number;
  users: string[];
}

export interface SlackFile {
  id: string;
  name: string;
  title?: string;
  mimetype?: string;
  filetype?: string;
  size?: number;
  url_private?: string;
  url_private_download?: string;
  permalink?: string;
  original_w?: number;
  original_h?: number;
}

export interface Message {
  type?: string;
  subtype?: string;
  ts: string;
  thread_ts?: string;
  user?: string;
  bot_id?: string;
  username?: string;
  text?: string;
  blocks?: Block[];
  attachments?: Attachment[];
  files?: SlackFile[];
  reactions?: Reaction[];
  edited?: { user?: string; ts: string };
  reply_count?: number;
  reply_users?: string[];
  latest_reply?: string;
  is_ephemeral?: boolean;
  streaming?: boolean;
}

export interface Attachment {
  color?: string;
  title?: string;
  title_link?: string;
  text?: string;
  fallback?: string;
  blocks?: Block[];
  footer?: string;
}

export interface TextObject {
  type: "mrkdwn" | "plain_text";
  text: string;
  emoji?: boolean;
}

export interface Option {
  text: TextObject;
  value: string;
  description?: TextObject;
  url?: string;
}

export interface OptionGroup {
  label: TextObject;
  options: Option[];
}

export interface Confirm {
  title: TextObject;
  text: TextObject;
  confirm: TextObject;
  deny: TextObject;
  style?: string;
}

/** A block or an element, kept open: Slack adds fields all the time. `type` says what to read. */
export interface Block {
  type: string;
  block_id?: string;
  [field: string]: unknown;
}

export interface Element {
  type: string;
  action_id?: string;
  [field: string]: unknown;
}

export interface View {
  id: string;
  type: "modal" | "home";
  title?: TextObject;
  submit?: TextObject | null;
  close?: TextObject | null;
  blocks: Block[];
  callback_id?: string;
  hash?: string;
  state?: { values?: Record<string, Record<string, Dict>> };
}
