/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-view.h"

#include "opt-callback.h"
#include "opt-job-text.h"
#include "opt-json-writer.h"
#include "opt-markup.h"

#define JOBS_SHOWN  20
#define BUTTON_LIFE (60 * 60 * OPT_SECOND)

/* The buttons of one answer, made on the writer thread. */
typedef struct
{
  GTask     *task;   /* (owned) */
  GPtrArray *jobs;   /* (owned) (element-type OptJob) */
  char      *markup; /* (owned) */
  gint64     bot_id;
  gint64     chat_id;
  gint64     user_id;
  gint64     expires;
} Choice;

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  g_clear_object (&choice->task);
  g_clear_pointer (&choice->jobs, g_ptr_array_unref);
  g_free (choice->markup);
  g_free (choice);
}

static char *
add_callback (OptTransaction *transaction,
              const Choice   *choice,
              const OptJob   *job,
              GError        **error)
{
  g_auto (OptJsonWriter) writer = { 0 };
  g_autofree char *args = NULL;
  OptCallback      callback = {
         .bot_id = choice->bot_id,
         .chat_id = choice->chat_id,
         .user_id = choice->user_id,
         .action = (char *)"cancel",
         .expires = choice->expires,
         .once = TRUE,
  };

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  opt_json_writer_add_string (&writer, "job", job->id);
  opt_json_writer_close_object (&writer);
  callback.args = args = opt_json_writer_end (&writer);
  return opt_callback_add (transaction, &callback, error);
}

static gboolean
add_buttons (OptTransaction *transaction,
             gpointer        data,
             GError        **error)
{
  Choice *choice = data;
  g_autoptr (OptMarkup) markup = opt_markup_new_inline ();

  for (guint i = 0; i < choice->jobs->len; i++)
    {
      const OptJob    *job = g_ptr_array_index (choice->jobs, i);
      g_autofree char *label = g_strdup_printf ("#%" G_GINT64_FORMAT " %s", job->number, job->task);
      g_autofree char *id = add_callback (transaction, choice, job, error);

      if (id == NULL)
        return FALSE;
      opt_markup_add_callback (markup, label, id);
      opt_markup_end_row (markup);
    }
  g_free (choice->markup);
  choice->markup = opt_markup_to_json (markup);
  return TRUE;
}

static void
added_cb (gpointer      data,
          const GError *error)
{
  Choice *choice = data;

  if (error != NULL)
    opt_view_return_error (choice->task, "The jobs can't be offered; /cancel 17 works. ", error);
  else
    g_task_return_pointer (choice->task,
                           opt_rendered_new ("Which job shall be stopped?", choice->markup),
                           (GDestroyNotify)opt_rendered_free);
}

static void
list_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  OptRemote  *remote = g_task_get_source_object (task);
  JsonObject *args = opt_view_get_args (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) jobs = opt_jobs_list_finish (OPT_JOBS (source), result, &error);
  Choice *choice;

  if (jobs == NULL)
    {
      opt_view_return_error (task, "The jobs can't be listed. ", error);
      return;
    }
  if (jobs->len == 0)
    {
      opt_view_return_text (task, "Nothing is running or waiting.");
      return;
    }
  choice = g_new0 (Choice, 1);
  choice->task = g_steal_pointer (&task);
  choice->jobs = g_steal_pointer (&jobs);
  opt_json_get_int (args, "bot_id", &choice->bot_id);
  opt_json_get_int (args, "chat_id", &choice->chat_id);
  opt_json_get_int (args, "user_id", &choice->user_id);
  choice->expires = opt_clock_get_wall (remote->clock) + BUTTON_LIFE;
  opt_store_write (remote->store, add_buttons, added_cb, choice, choice_free);
}

void
opt_view_render_cancel (OptRemote  *remote,
                        JsonObject *args,
                        GTask      *task)
{
  OptJobFilter filter = { .state = "active", .limit = JOBS_SHOWN };

  opt_jobs_list_async (remote->jobs, &filter, g_task_get_cancellable (task), list_cb, task);
}
