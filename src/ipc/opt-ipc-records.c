/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ipc-records.h"

#define S  OPT_IPC_STRING, NULL
#define I  OPT_IPC_INT, NULL
#define N  OPT_IPC_NUMBER, NULL
#define B  OPT_IPC_BOOL, NULL
#define T  OPT_IPC_TIME, NULL
#define C  OPT_IPC_CHAT, NULL
#define V  OPT_IPC_VALUE, NULL
#define AS OPT_IPC_STRINGS, NULL
#define M  OPT_IPC_MAP, NULL
#define END       \
  {               \
    NULL, 0, NULL \
  }

static const OptIpcField bot_state_fields[] = {
  { "name", S },
  { "id", I },
  { "username", S },
  { "state", S },
  { "detail", S },
  { "last_answer", T },
  END
};

static const OptIpcField outbox_count_fields[] = {
  { "queued", I }, { "sending", I }, { "dead", I }, { "oldest_s", N }, END
};

static const OptIpcField job_count_fields[] = { { "queued", I }, { "running", I }, END };

const OptIpcField opt_ipc_problem_fields[] = {
  { "line", I }, { "column", I }, { "key", S }, { "message", S }, END
};

static const OptIpcField config_fields[] = {
  { "path", S }, { "problems", OPT_IPC_RECORDS, opt_ipc_problem_fields }, END
};

static const OptIpcField store_fields[] = { { "path", S }, { "schema", I }, { "error", S }, END };

const OptIpcField opt_ipc_status_fields[] = {
  { "version", S },
  { "robot", S },
  { "pid", I },
  { "ready_since", T },
  { "bots", OPT_IPC_RECORDS, bot_state_fields },
  { "outbox", OPT_IPC_RECORD, outbox_count_fields },
  { "jobs", OPT_IPC_RECORD, job_count_fields },
  { "config", OPT_IPC_RECORD, config_fields },
  { "store", OPT_IPC_RECORD, store_fields },
  END
};

static const OptIpcField parameter_fields[] = {
  { "name", S },
  { "type", S },
  { "required", B },
  { "default", V },
  { "min", V },
  { "max", V },
  { "pattern", S },
  { "choices", AS },
  { "description", S },
  END
};

static const OptIpcField task_problem_fields[] = {
  { "file", S }, { "line", I }, { "key", S }, { "message", S }, END
};

const OptIpcField opt_ipc_task_fields[] = {
  { "id", S },
  { "name", S },
  { "description", S },
  { "file", S },
  { "category", S },
  { "risk", S },
  { "timeout_s", N },
  { "idempotent", B },
  { "parameters", OPT_IPC_RECORDS, parameter_fields },
  { "problems", OPT_IPC_RECORDS, task_problem_fields },
  END
};

const OptIpcField opt_ipc_plan_fields[] = {
  { "task", S },
  { "robot", S },
  { "argv", AS },
  { "cwd", S },
  { "parameters", M },
  { "timeout_s", N },
  { "environment", AS },
  END
};

static const OptIpcField origin_fields[] = {
  { "kind", S }, { "bot", S }, { "chat_id", C }, { "user_id", I }, { "update_id", I }, END
};

static const OptIpcField progress_fields[] = { { "percent", N }, { "text", S }, END };

static const OptIpcField log_fields[] = { { "file", S }, { "bytes", I }, { "cut", I }, END };

const OptIpcField opt_ipc_job_fields[] = {
  { "id", S },
  { "number", I },
  { "task", S },
  { "robot", S },
  { "state", S },
  { "reason", S },
  { "origin", OPT_IPC_RECORD, origin_fields },
  { "parameters", M },
  { "queued", T },
  { "started", T },
  { "ended", T },
  { "duration_s", N },
  { "exit_code", I },
  { "signal", I },
  { "progress", OPT_IPC_RECORD, progress_fields },
  { "log", OPT_IPC_RECORD, log_fields },
  END
};

static const OptIpcField send_error_fields[] = { { "code", I }, { "description", S }, END };

const OptIpcField opt_ipc_outbox_fields[] = {
  { "id", I },
  { "bot", S },
  { "chat_id", C },
  { "topic", I },
  { "kind", S },
  { "state", S },
  { "attempts", I },
  { "created", T },
  { "not_before", T },
  { "sent", T },
  { "message_id", I },
  { "text", S },
  { "repeated", B },
  { "error", OPT_IPC_RECORD, send_error_fields },
  END
};

const OptIpcField opt_ipc_message_fields[] = {
  { "outbox", I },
  { "chat_id", C },
  { "topic", I },
  { "state", S },
  { "message_id", I },
  { "error", OPT_IPC_RECORD, send_error_fields },
  END
};

const OptIpcField opt_ipc_sent_fields[] = {
  { "messages", OPT_IPC_RECORDS, opt_ipc_message_fields }, END
};

static const OptIpcField chat_fields[] = { { "chat_id", C }, { "topic", I }, { "title", S }, END };

const OptIpcField opt_ipc_bot_fields[] = {
  { "name", S },
  { "id", I },
  { "username", S },
  { "source", S },
  { "active", B },
  { "receive", S },
  { "roles", AS },
  { "chats", OPT_IPC_RECORDS, chat_fields },
  { "token", S },
  { "state", S },
  { "description", S },
  END
};

const OptIpcField opt_ipc_person_fields[] = {
  { "id", I },
  { "username", S },
  { "name", S },
  { "status", S },
  { "pinned_as", S },
  { "roles", AS },
  { "first_seen", T },
  { "last_seen", T },
  { "attempts", I },
  END
};

static const OptIpcField check_fields[] = {
  { "id", S }, { "bot", S }, { "state", S }, { "message", S }, { "fix", S }, END
};

const OptIpcField opt_ipc_doctor_fields[] = {
  { "ok", B }, { "checks", OPT_IPC_RECORDS, check_fields }, END
};
