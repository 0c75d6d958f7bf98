/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-command.h"
#include "opt-job-mention.h"
#include "opt-json-writer.h"
#include "opt-plain.h"

/* Which jobs there are is known when it is sent; the buttons are for this person alone. */
static void
offer_jobs (OptTurn *turn)
{
  g_auto (OptJsonWriter) args = { 0 };
  g_autofree char *text = NULL;

  opt_json_writer_init (&args);
  opt_json_writer_open_object (&args, NULL);
  opt_json_writer_add_int (&args, "bot_id", turn->receiver->bot_id);
  opt_json_writer_add_int (&args, "chat_id", turn->update->chat_id);
  opt_json_writer_add_int (&args, "user_id", turn->update->user_id);
  opt_json_writer_close_object (&args);
  text = opt_json_writer_end (&args);
  opt_turn_show (turn, "cancel", text);
}

static gboolean
run_cancel (OptTurn *turn,
            GError **error)
{
  g_autofree char *job = NULL;
  g_autofree char *shown = NULL;
  gboolean         was_open = FALSE;

  if (*turn->update->arguments == '\0')
    {
      if (!opt_dialog_close (turn, &was_open, error))
        return FALSE;
      if (was_open)
        opt_turn_say (turn, "All right, I no longer ask.");
      else
        offer_jobs (turn);
      return TRUE;
    }
  job = opt_job_mention_parse (turn->update->arguments);
  if (job != NULL)
    {
      opt_turn_act (turn, OPT_EFFECT_CANCEL, job);
      return TRUE;
    }
  shown = opt_plain_clean (turn->update->arguments, 40);
  opt_turn_say_format (turn, "“%s” is not the number of a job. One job at a time: /cancel 17",
                       shown);
  return TRUE;
}

const OptCommand opt_command_cancel = {
  .name = "cancel",
  .usage = "17",
  .summary = "stop a job, or a question of mine",
  .acts = TRUE,
  .run = run_cancel,
};
