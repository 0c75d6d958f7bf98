/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-command.h"
#include "opt-list-query.h"
#include "opt-plain.h"

/* Asked even where there is but one robot: the answer then is the same wherever it is typed.
 * What was named besides the robot is kept for the answer. */
static gboolean
ask_robot (OptTurn    *turn,
           const char *problem,
           const char *words,
           GError    **error)
{
  const char      *robot = turn->config->robot_id;
  g_autofree char *hint = g_strdup_printf ("a robot, e.g. %s", robot);
  g_autofree char *markup = opt_markup_force_reply (hint, TRUE);
  g_autofree char *text = NULL;

  text = g_strdup_printf ("%s%sList jobs for which robot: e.g. %s", problem != NULL ? problem : "",
                          problem != NULL ? "\n" : "", robot);
  opt_turn_ask (turn, text, markup);
  return opt_dialog_open (turn, OPT_DIALOG_LIST, words, error);
}

static gboolean
run_list (OptTurn *turn,
          GError **error)
{
  const char *robot = turn->config->robot_id;
  g_auto (OptListQuery) query = { 0 };
  g_autoptr (GError) problem = NULL;
  g_autofree char *args = NULL;

  if (!opt_list_query_parse (&query, turn->update->arguments, robot, turn->catalogue,
                             opt_turn_get_asked (turn), &problem))
    {
      opt_turn_say_error (turn, problem);
      return TRUE;
    }
  if (!query.robot_given)
    return ask_robot (turn, NULL, query.words, error);
  args = opt_list_query_to_json (&query, robot);
  opt_turn_show (turn, "list", args);
  return TRUE;
}

/**
 * opt_command_list_answer:
 * @turn: who answers
 * @dialog: the question for which robot
 * @answer: the robot, and maybe more
 * @error: return location for an #OptStoreError
 *
 * Shows the list that was asked for, or asks again.
 *
 * Returns: FALSE with @error set
 */
gboolean
opt_command_list_answer (OptTurn         *turn,
                         const OptDialog *dialog,
                         const char      *answer,
                         GError         **error)
{
  const char      *robot = turn->config->robot_id;
  g_autofree char *all = g_strconcat (answer, " ", dialog->state, NULL);
  g_auto (OptListQuery) query = { 0 };
  g_autoptr (GError) problem = NULL;
  g_autofree char *args = NULL;
  g_autofree char *sentence = NULL;

  if (!opt_list_query_parse (&query, all, robot, turn->catalogue, opt_turn_get_asked (turn),
                             &problem))
    sentence = opt_plain_sentence (problem->message);
  if (!query.robot_given)
    return ask_robot (turn, sentence, dialog->state, error);
  args = opt_list_query_to_json (&query, robot);
  opt_turn_show (turn, "list", args);
  return opt_dialog_close (turn, NULL, error);
}

const OptCommand opt_command_list = {
  .name = "list",
  .usage = "ROBOT failed 24h",
  .summary = "show the jobs of a robot",
  .run = run_list,
};
