/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-service-error.h"

#include "opt-bot-error.h"
#include "opt-config-error.h"
#include "opt-job-error.h"
#include "opt-outbox-error.h"
#include "opt-person.h"
#include "opt-redact.h"
#include "opt-secret-store.h"
#include "opt-store.h"
#include "opt-task-error.h"
#include "opt-text.h"

#define MESSAGE_UNITS_MAX 4096
#define WHERE_UNITS_MAX   1024

/* What the errors of the rooms are to a client; what is not here, and every other code, is FAILED.
 */
static OptIpcError
error_to_kind (const GError *error)
{
  const struct
  {
    GQuark      domain;
    int         code;
    OptIpcError kind;
  } table[] = {
    { OPT_JOB_ERROR, OPT_JOB_ERROR_UNKNOWN, OPT_IPC_ERROR_UNKNOWN },
    { OPT_JOB_ERROR, OPT_JOB_ERROR_UNKNOWN_TASK, OPT_IPC_ERROR_UNKNOWN },
    { OPT_JOB_ERROR, OPT_JOB_ERROR_USAGE, OPT_IPC_ERROR_USAGE },
    { OPT_JOB_ERROR, OPT_JOB_ERROR_STATE, OPT_IPC_ERROR_REFUSED },
    { OPT_JOB_ERROR, OPT_JOB_ERROR_REFUSED, OPT_IPC_ERROR_REFUSED },
    { OPT_TASK_ERROR, OPT_TASK_ERROR_USAGE, OPT_IPC_ERROR_USAGE },
    { OPT_TASK_ERROR, OPT_TASK_ERROR_UNKNOWN_PARAMETER, OPT_IPC_ERROR_USAGE },
    { OPT_TASK_ERROR, OPT_TASK_ERROR_MISSING_PARAMETER, OPT_IPC_ERROR_USAGE },
    { OPT_TASK_ERROR, OPT_TASK_ERROR_ILL_TYPED, OPT_IPC_ERROR_USAGE },
    { OPT_TASK_ERROR, OPT_TASK_ERROR_UNKNOWN_TASK, OPT_IPC_ERROR_UNKNOWN },
    { OPT_TASK_ERROR, OPT_TASK_ERROR_UNKNOWN_ROBOT, OPT_IPC_ERROR_UNKNOWN },
    { OPT_TASK_ERROR, OPT_TASK_ERROR_PROBLEMS, OPT_IPC_ERROR_REFUSED },
    { OPT_TASK_ERROR, OPT_TASK_ERROR_REFUSED, OPT_IPC_ERROR_REFUSED },
    { OPT_TASK_ERROR, OPT_TASK_ERROR_NOT_EXECUTABLE, OPT_IPC_ERROR_REFUSED },
    { OPT_TASK_ERROR, OPT_TASK_ERROR_UNSAFE, OPT_IPC_ERROR_REFUSED },
    { OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE, OPT_IPC_ERROR_USAGE },
    { OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_UNKNOWN_KEY, OPT_IPC_ERROR_USAGE },
    { OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_UNKNOWN_BOT, OPT_IPC_ERROR_UNKNOWN },
    { OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_NO_CHAT, OPT_IPC_ERROR_USAGE },
    { OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_NO_BOT, OPT_IPC_ERROR_USAGE },
    { OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_AMBIGUOUS, OPT_IPC_ERROR_USAGE },
    { OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_EMPTY, OPT_IPC_ERROR_USAGE },
    { OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_TOO_LONG, OPT_IPC_ERROR_USAGE },
    { OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_INVALID, OPT_IPC_ERROR_USAGE },
    { OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_UNKNOWN, OPT_IPC_ERROR_UNKNOWN },
    { OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_REFUSED, OPT_IPC_ERROR_REFUSED },
    { OPT_BOT_ERROR, OPT_BOT_ERROR_UNAUTHORIZED, OPT_IPC_ERROR_REFUSED },
    { OPT_BOT_ERROR, OPT_BOT_ERROR_API, OPT_IPC_ERROR_REFUSED },
    { OPT_PEOPLE_ERROR, OPT_PEOPLE_ERROR_UNKNOWN, OPT_IPC_ERROR_UNKNOWN },
    { OPT_SECRET_ERROR, OPT_SECRET_ERROR_REFUSED, OPT_IPC_ERROR_USAGE },
    { OPT_STORE_ERROR, OPT_STORE_ERROR_SQL, OPT_IPC_ERROR_INTERNAL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      if (g_error_matches (error, table[i].domain, table[i].code))
        return table[i].kind;
    }
  return OPT_IPC_ERROR_FAILED;
}

/* Takes the call. Clients may put anything into their arguments, which errors quote: what comes
 * back is short, valid, and holds no bot token. */
static void
answer (GDBusMethodInvocation *invocation,
        OptIpcError            kind,
        const char            *where,
        const char            *message)
{
  g_autofree char *valid = opt_text_make_valid (message, -1);
  g_autofree char *redacted = opt_redact (valid);
  g_autofree char *brief = opt_text_shorten (redacted, MESSAGE_UNITS_MAX);
  GError          *error = g_error_new_literal (OPT_IPC_ERROR, (int)kind, brief);

  if (where != NULL)
    {
      g_autofree char *valid_where = opt_text_make_valid (where, -1);
      g_autofree char *redacted_where = opt_redact (valid_where);
      g_autofree char *brief_where = opt_text_shorten (redacted_where, WHERE_UNITS_MAX);

      opt_ipc_error_set_where (&error, brief_where);
    }
  g_dbus_method_invocation_take_error (invocation, error);
}

/**
 * opt_service_return_error:
 * @invocation: (transfer full): the call to answer
 * @error: an error of any room, or of %OPT_IPC_ERROR
 *
 * Answers a call with an error, in the kinds that clients know.
 */
void
opt_service_return_error (GDBusMethodInvocation *invocation,
                          const GError          *error)
{
  if (error->domain == OPT_IPC_ERROR)
    {
      g_autofree char *message = opt_ipc_error_dup_message (error);
      g_autofree char *where = opt_ipc_error_dup_where (error);

      answer (invocation, (OptIpcError)error->code, where, message);
      return;
    }
  answer (invocation, error_to_kind (error), NULL, error->message);
}

/**
 * opt_service_return_new_error:
 * @invocation: (transfer full): the call to answer
 * @kind: the kind
 * @where: (nullable): what it is about
 * @format: the message, a phrase
 *
 * Answers a call with an error.
 */
void
opt_service_return_new_error (GDBusMethodInvocation *invocation,
                              OptIpcError            kind,
                              const char            *where,
                              const char            *format,
                              ...)
{
  g_autofree char *message = NULL;
  va_list          args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  answer (invocation, kind, where, message);
}

/**
 * opt_service_refuse_shut:
 * @agent: the agent
 * @invocation: (transfer full): the call to answer, taken when it is refused
 *
 * Answers a call that needs the store when that could not be opened: what is to be stored would
 * wait for it, and with it whoever calls.
 *
 * Returns: whether it was refused
 */
gboolean
opt_service_refuse_shut (OptAgent              *agent,
                         GDBusMethodInvocation *invocation)
{
  const GError *error = opt_agent_get_store_error (agent);

  if (opt_store_is_open (opt_agent_get_store (agent)))
    return FALSE;
  if (error != NULL)
    opt_service_return_error (invocation, error);
  else
    opt_service_return_new_error (invocation, OPT_IPC_ERROR_FAILED, NULL, "the agent is stopping");
  return TRUE;
}
