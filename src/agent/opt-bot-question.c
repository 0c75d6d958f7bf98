/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-question.h"

typedef struct
{
  OptClock     *clock;       /* (owned) */
  GCancellable *cancellable; /* (owned) */
  guint         timer;
} Question;

static void
question_free (Question *question)
{
  if (question->timer != 0)
    opt_clock_cancel (question->clock, &question->timer);
  g_object_unref (question->clock);
  g_object_unref (question->cancellable);
  g_free (question);
}

static void
patience_over_cb (gpointer user_data)
{
  Question *question = user_data;

  question->timer = 0;
  g_cancellable_cancel (question->cancellable);
}

static void
answered_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  OptBotMe *me = opt_bot_client_get_me_finish (OPT_BOT_CLIENT (object), result, &error);

  if (me != NULL)
    g_task_return_pointer (task, me, (GDestroyNotify)opt_bot_me_unref);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_new_error (task, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_AFTER,
                             "no answer within %d seconds; check telegram.api_root and the network",
                             (int)(OPT_BOT_QUESTION_PATIENCE / OPT_SECOND));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * opt_bot_question_ask_async:
 * @client: of the bot
 * @clock: measures patience
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks Telegram who the bot is, for at most %OPT_BOT_QUESTION_PATIENCE.
 */
void
opt_bot_question_ask_async (OptBotClient       *client,
                            OptClock           *clock,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (client, NULL, callback, user_data);
  Question *question = g_new0 (Question, 1);

  g_task_set_source_tag (task, opt_bot_question_ask_async);
  g_task_set_task_data (task, question, (GDestroyNotify)question_free);
  question->clock = g_object_ref (clock);
  question->cancellable = g_cancellable_new ();
  question->timer =
    opt_clock_call_in (clock, OPT_BOT_QUESTION_PATIENCE, patience_over_cb, question);
  opt_bot_client_get_me_async (client, question->cancellable, answered_cb, g_steal_pointer (&task));
}

/**
 * opt_bot_question_ask_finish:
 * @client: of the bot
 * @result: the result
 * @error: return location: of %OPT_BOT_ERROR
 *
 * Returns: (transfer full) (nullable): what Telegram says of the bot
 */
OptBotMe *
opt_bot_question_ask_finish (OptBotClient *client,
                             GAsyncResult *result,
                             GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
