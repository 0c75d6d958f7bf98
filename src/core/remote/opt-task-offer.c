/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-task-order.h"

#include "opt-plain.h"
#include "opt-task-run.h"
#include "opt-text.h"

/* As many as one sees at once. */
#define PAGE_TASKS 12

/* Labels up to this length stand two in a row. */
#define SHORT_UNITS 16
#define LABEL_UNITS 48

/* (element-type OptTask), borrowed: those that may be run from a chat. */
static GPtrArray *
list_tasks (OptTurn *turn)
{
  GPtrArray *found = g_ptr_array_new ();
  GPtrArray *tasks = turn->catalogue == NULL ? NULL : opt_catalogue_get_tasks (turn->catalogue);

  for (guint i = 0; tasks != NULL && i < tasks->len; i++)
    if (opt_task_check_policy (g_ptr_array_index (tasks, i), "telegram", NULL))
      g_ptr_array_add (found, g_ptr_array_index (tasks, i));
  return found;
}

static gboolean
add_tasks (OptTurn   *turn,
           OptMarkup *markup,
           GPtrArray *tasks,
           guint      first,
           gint64     nonce,
           GError   **error)
{
  gboolean open = FALSE;

  for (guint i = first; i < MIN (first + PAGE_TASKS, tasks->len); i++)
    {
      OptTask         *task = g_ptr_array_index (tasks, i);
      g_autofree char *label = opt_plain_clean (opt_task_get_name (task), LABEL_UNITS);
      gboolean         is_short = opt_text_utf16_length (label) <= SHORT_UNITS;

      if (open && !is_short)
        opt_markup_end_row (markup);
      if (!opt_dialog_add_answer (turn, markup, nonce,
                                  *label != '\0' ? label : opt_task_get_id (task),
                                  opt_task_get_id (task), error))
        return FALSE;
      open = is_short && !open;
      if (!open)
        opt_markup_end_row (markup);
    }
  opt_markup_end_row (markup);
  return TRUE;
}

static void
say_none (OptTurn *turn)
{
  const char *const *dirs = (const char *const *)turn->config->tasks_dirs;
  g_autofree char   *folder = NULL;

  folder = opt_plain_clean (dirs != NULL && dirs[0] != NULL ? dirs[0] : "the tasks folder", 300);
  opt_turn_say_format (turn,
                       "Robot %s has no task that can be run from here. Put a script or a manifest "
                       "(NAME.task) into %s.",
                       turn->config->robot_id, folder);
}

/**
 * opt_task_order_offer:
 * @turn: who wants to run something
 * @page: from 0
 * @nonce: of the question that the buttons answer
 * @edit: turn the page of the message whose button was pressed
 * @error: return location for an #OptStoreError
 *
 * Offers the tasks as buttons, in pages when there are many.
 *
 * Returns: FALSE with @error set
 */
gboolean
opt_task_order_offer (OptTurn *turn,
                      guint    page,
                      gint64   nonce,
                      gboolean edit,
                      GError **error)
{
  g_autoptr (GPtrArray) tasks = list_tasks (turn);
  g_autoptr (OptMarkup) markup = opt_markup_new_inline ();
  g_autofree char *json = NULL;
  g_autofree char *text = NULL;
  guint            pages = (tasks->len + PAGE_TASKS - 1) / PAGE_TASKS;

  if (tasks->len == 0)
    {
      say_none (turn);
      return opt_dialog_close (turn, NULL, error);
    }
  page = MIN (page, pages - 1);
  if (!add_tasks (turn, markup, tasks, page * PAGE_TASKS, nonce, error))
    return FALSE;
  if (page > 0 && !opt_dialog_add_page (turn, markup, nonce, "◀", page - 1, error))
    return FALSE;
  if (page + 1 < pages && !opt_dialog_add_page (turn, markup, nonce, "▶", page + 1, error))
    return FALSE;
  json = opt_markup_to_json (markup);
  text = pages == 1 ? g_strdup_printf ("Which task shall run on %s?", turn->config->robot_id)
                    : g_strdup_printf ("Which task shall run on %s? (page %u of %u)",
                                       turn->config->robot_id, page + 1, pages);
  if (edit)
    opt_turn_edit (turn, text, json);
  else
    opt_turn_ask (turn, text, json);
  return edit || opt_dialog_open (turn, OPT_DIALOG_TASK, NULL, error);
}
