/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-doctor.h"

#include <sys/statvfs.h>

#include "opt-bot-question.h"
#include "opt-ipc-field.h"
#include "opt-text.h"

/* Below this the state folder soon can't take updates any more, in bytes. */
#define LITTLE_SPACE (100 * 1024 * 1024)

/**
 * Examination:
 * @checks: the records so far, an aa{sv}
 * @n_bad: how many of them are bad
 * @asking: bots that did not answer yet
 */
typedef struct
{
  GVariantBuilder checks;
  guint           n_bad;
  guint           asking;
} Examination;

static void
examination_free (Examination *examination)
{
  g_variant_builder_clear (&examination->checks);
  g_free (examination);
}

/* @state: ok, warning or bad. */
static void
add_check (Examination *examination,
           const char  *id,
           const char  *bot,
           const char  *state,
           const char  *message,
           const char  *fix)
{
  GVariantBuilder record;

  g_variant_builder_init (&record, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&record, "id", id);
  opt_ipc_record_add_string (&record, "bot", bot);
  opt_ipc_record_add_string (&record, "state", state);
  opt_ipc_record_add_string (&record, "message", message);
  opt_ipc_record_add_string (&record, "fix", fix);
  g_variant_builder_add_value (&examination->checks, g_variant_builder_end (&record));
  if (g_str_equal (state, "bad"))
    examination->n_bad++;
}

static void
check_config (OptAgent    *agent,
              Examination *examination)
{
  GPtrArray *problems = opt_config_source_get_problems (opt_agent_get_config_source (agent));
  OptConfig *config = opt_agent_get_config (agent);

  if (problems->len == 0)
    add_check (examination, "config", NULL, "ok", "the configuration file has no problems", NULL);
  for (guint i = 0; i < problems->len; i++)
    {
      const OptConfigProblem *problem = problems->pdata[i];
      g_autofree char        *message =
        g_strdup_printf ("configuration, line %u: %s", problem->line, problem->message);

      add_check (examination, "config", NULL, "bad", message, opt_agent_get_paths (agent)->config);
    }
  if (config->valid_users->len == 0)
    add_check (examination, "people", NULL, "warning",
               "nobody may use the remote bot: telegram.valid_user is empty",
               "write to the bot, then `optimusctl user list` shows your id and `optimusctl user "
               "add ID` serves you");
  else
    add_check (examination, "people", NULL, "ok", "somebody may use the remote bot", NULL);
  if (config->api_root_insecure)
    add_check (examination, "api-root", NULL, "warning",
               "plain http beyond this machine is allowed: bot tokens can be read on the way",
               "use https and unset telegram.api_root_insecure");
}

static void
check_store (OptAgent    *agent,
             Examination *examination)
{
  const GError  *error = opt_agent_get_store_error (agent);
  OptAgentPaths *paths = opt_agent_get_paths (agent);
  struct statvfs space;

  if (error != NULL)
    add_check (examination, "store", NULL, "bad", error->message,
               "set this right and start the agent again; nothing is received or sent meanwhile");
  else
    add_check (examination, "store", NULL, "ok", "the store is open and takes what is written",
               NULL);
  if (statvfs (paths->state, &space) == 0)
    {
      guint64          bytes = (guint64)space.f_bavail * space.f_frsize;
      g_autofree char *size = opt_text_format_bytes (bytes);
      g_autofree char *message = g_strdup_printf ("%s free where %s lies", size, paths->state);

      add_check (examination, "disk", NULL, bytes < LITTLE_SPACE ? "bad" : "ok", message,
                 bytes < LITTLE_SPACE ? "make room on that disk" : NULL);
    }
}

static guint
add_problems (Examination *examination,
              GPtrArray   *problems,
              const char  *hint)
{
  for (guint i = 0; i < problems->len; i++)
    {
      g_autofree char *text = opt_task_problem_to_text (problems->pdata[i]);

      add_check (examination, "tasks", NULL, "warning", text, hint);
    }
  return problems->len;
}

static void
check_tasks (OptAgent    *agent,
             Examination *examination)
{
  OptCatalogue *catalogue =
    opt_catalogue_source_get_catalogue (opt_agent_get_catalogue_source (agent));
  GPtrArray *tasks = opt_catalogue_get_tasks (catalogue);
  guint      n_bad = add_problems (examination, opt_catalogue_get_problems (catalogue),
                                   "tasks are missing until this is set right");

  for (guint i = 0; i < tasks->len; i++)
    n_bad += add_problems (examination, opt_task_get_problems (tasks->pdata[i]),
                           "the task can't be run until this is set right");
  if (n_bad == 0)
    {
      g_autofree char *message = g_strdup_printf ("%u tasks, none with problems", tasks->len);

      add_check (examination, "tasks", NULL, "ok", message, NULL);
    }
  if (opt_agent_get_paths (agent)->runner == NULL)
    add_check (examination, "runner", NULL, "bad",
               "optimus-runner is not installed, so no task can run", "install Optimus anew");
}

static void
report (GTask *task)
{
  Examination    *examination = g_task_get_task_data (task);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_bool (&builder, "ok", examination->n_bad == 0);
  g_variant_builder_add (&builder, "{sv}", "checks", g_variant_builder_end (&examination->checks));
  g_variant_builder_init (&examination->checks, G_VARIANT_TYPE ("aa{sv}"));
  g_task_return_pointer (task, g_variant_ref_sink (g_variant_builder_end (&builder)),
                         (GDestroyNotify)g_variant_unref);
}

static void
answered (GTask *task)
{
  Examination *examination = g_task_get_task_data (task);

  if (--examination->asking == 0)
    report (task);
}

static void
check_me (Examination *examination,
          const char  *name,
          OptBotMe    *me)
{
  g_autofree char *message =
    g_strdup_printf ("bot “%s” is @%s, and Telegram accepts its token", name, me->username);

  add_check (examination, "token", name, "ok", message, NULL);
  if (!me->can_read_all_group_messages)
    add_check (examination, "privacy", name, "ok",
               "in groups it sees commands and replies to it alone (privacy mode is on)", NULL);
}

static void
got_me_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Examination *examination = g_task_get_task_data (task);
  const char  *name = g_object_get_data (object, "doctor-name");
  g_autoptr (GError) error = NULL;
  g_autoptr (OptBotMe) me = opt_bot_question_ask_finish (OPT_BOT_CLIENT (object), result, &error);

  if (me != NULL)
    check_me (examination, name, me);
  else
    {
      g_autofree char *message = g_strdup_printf ("bot “%s”: %s", name, error->message);
      gboolean         refused = g_error_matches (error, OPT_BOT_ERROR, OPT_BOT_ERROR_UNAUTHORIZED);

      add_check (examination, refused ? "token" : "network", name, "bad", message,
                 refused ? "get the token from @BotFather and store it with `optimusctl secret set`"
                         : "check the network, telegram.api_root and telegram.proxy");
    }
  answered (task);
}

static void
check_bot (GTask       *task,
           Examination *examination,
           OptAgentBot *bot)
{
  const char      *name = opt_agent_bot_get_config (bot)->name;
  OptBotClient    *client = opt_agent_bot_get_client (bot);
  OptAgentBotState state = opt_agent_bot_get_state (bot);

  if (client == NULL)
    {
      g_autofree char *message = g_strdup_printf ("bot “%s”: %s", name,
                                                  opt_agent_bot_get_detail (bot) != NULL
                                                    ? opt_agent_bot_get_detail (bot)
                                                    : opt_agent_bot_state_to_string (state));

      add_check (examination, "token", name, "bad", message,
                 state == OPT_AGENT_BOT_LOCKED ? "unlock the keyring"
                                               : "store its token with `optimusctl secret set`");
      return;
    }
  if (state == OPT_AGENT_BOT_CONFLICT)
    add_check (examination, "conflict", name, "bad", opt_agent_bot_get_detail (bot),
               "stop the other program; if you know of none, revoke the token with @BotFather");
  examination->asking++;
  g_object_set_data_full (G_OBJECT (client), "doctor-name", g_strdup (name), g_free);
  opt_bot_question_ask_async (client, opt_agent_get_clock (g_task_get_source_object (task)),
                              got_me_cb, g_object_ref (task));
}

/**
 * opt_doctor_examine_async:
 * @agent: the agent
 * @callback: called when all has answered
 * @user_data: for @callback
 *
 * Looks at everything that can keep the agent from working.
 */
void
opt_doctor_examine_async (OptAgent           *agent,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (agent, NULL, callback, user_data);
  Examination *examination = g_new0 (Examination, 1);
  GPtrArray   *bots = opt_agent_bots_list (opt_agent_get_bots (agent));

  g_task_set_source_tag (task, opt_doctor_examine_async);
  g_task_set_task_data (task, examination, (GDestroyNotify)examination_free);
  g_variant_builder_init (&examination->checks, G_VARIANT_TYPE ("aa{sv}"));
  check_config (agent, examination);
  check_store (agent, examination);
  check_tasks (agent, examination);
  if (opt_agent_get_config (agent)->bots->len == 0)
    add_check (examination, "bots", NULL, "warning", "there is no bot",
               "`optimusctl bot add NAME` adds one");
  examination->asking = 1;
  for (guint i = 0; i < bots->len; i++)
    check_bot (task, examination, bots->pdata[i]);
  answered (task);
}

/**
 * opt_doctor_examine_finish:
 * @agent: the agent
 * @result: the result
 *
 * Returns: (transfer full): the report, an a{sv}
 */
GVariant *
opt_doctor_examine_finish (OptAgent     *agent,
                           GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}
