/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-remote-news.h"

#include <string.h>

#include "opt-callback.h"
#include "opt-clock.h"
#include "opt-id.h"
#include "opt-job-text.h"
#include "opt-json-writer.h"
#include "opt-markup.h"
#include "opt-outbox-draft.h"
#include "opt-recipients.h"

#define BUTTON_LIFE (7 * 24 * 60 * 60 * OPT_SECOND)

/* So many events are remembered; one that comes again does so soon. */
#define REMEMBERED 100000

/* Everything that one event needs; borrowed. */
typedef struct
{
  OptTransaction *transaction;
  OptJobEvent    *event;
  OptConfig      *config;
  gint64          now;
  gint64          bot_id;
  gint64          chat_id;
} News;

gint64
opt_remote_news_get_bot_id (const OptJobOrigin *origin)
{
  g_auto (GStrv) parts = origin->key == NULL ? NULL : g_strsplit (origin->key, ":", 4);
  gint64 id = 0;

  if (parts == NULL || g_strcmp0 (parts[0], "tg") != 0 || parts[1] == NULL ||
      !g_ascii_string_to_signed (parts[1], 10, 1, G_MAXINT64, &id, NULL))
    return 0;
  return id;
}

static char *
write_args (const News *news,
            const char *action)
{
  const OptJob *job = news->event->job;
  g_auto (OptJsonWriter) args = { 0 };
  GHashTableIter iter;
  gpointer       name, value;

  opt_json_writer_init (&args);
  opt_json_writer_open_object (&args, NULL);
  opt_json_writer_add_string (&args, "job", job->id);
  if (strcmp (action, "again") == 0)
    {
      opt_json_writer_add_string (&args, "task", job->task);
      opt_json_writer_open_object (&args, "parameters");
      if (job->parameters != NULL)
        {
          g_hash_table_iter_init (&iter, job->parameters);
          while (g_hash_table_iter_next (&iter, &name, &value))
            opt_json_writer_add_string (&args, name, value);
        }
      opt_json_writer_close_object (&args);
    }
  opt_json_writer_close_object (&args);
  return opt_json_writer_end (&args);
}

static gboolean
add_button (const News *news,
            OptMarkup  *markup,
            const char *label,
            const char *action,
            GError    **error)
{
  g_autofree char *args = write_args (news, action);
  g_autofree char *data = NULL;
  OptCallback      callback = {
         .bot_id = news->bot_id,
         .chat_id = news->chat_id,
         .action = (char *)action,
         .args = args,
         .expires = news->now + BUTTON_LIFE,
         .once = strcmp (action, "log") != 0,
  };

  data = opt_callback_add (news->transaction, &callback, error);
  if (data == NULL)
    return FALSE;
  opt_markup_add_callback (markup, label, data);
  return TRUE;
}

static gboolean
add_buttons (const News *news,
             OptMarkup  *markup,
             GError    **error)
{
  const OptJob *job = news->event->job;

  switch (news->event->kind)
    {
    case OPT_JOB_EVENT_ACCEPTED:
      return add_button (news, markup, "Cancel", "cancel", error) &&
             add_button (news, markup, "Log", "log", error);
    case OPT_JOB_EVENT_HELD:
      return add_button (news, markup, "Run", "release", error) &&
             add_button (news, markup, "Drop", "drop", error);
    case OPT_JOB_EVENT_ENDED:
      if (job->state == OPT_JOB_LOST)
        return add_button (news, markup, "Run again", "again", error) &&
               add_button (news, markup, "Show log", "log", error);
      return TRUE;
    case OPT_JOB_EVENT_STOPPING:
    case OPT_JOB_EVENT_REFUSED:
    default:
      return TRUE;
    }
}

/* (nullable) when there are none. */
static gboolean
make_markup (const News *news,
             char      **json,
             GError    **error)
{
  g_autoptr (OptMarkup) markup = opt_markup_new_inline ();
  OptJobEventKind kind = news->event->kind;
  gboolean        has_any;

  *json = NULL;
  has_any = kind == OPT_JOB_EVENT_ACCEPTED || kind == OPT_JOB_EVENT_HELD ||
            (kind == OPT_JOB_EVENT_ENDED && news->event->job->state == OPT_JOB_LOST);
  if (!has_any || news->event->job == NULL || news->bot_id == 0)
    return TRUE;
  if (!add_buttons (news, markup, error))
    return FALSE;
  *json = opt_markup_to_json (markup);
  return TRUE;
}

/* What can never be queued is let go: it would be offered for ever. */
static gboolean
add_draft (const News           *news,
           const OptOutboxDraft *draft,
           GError              **error)
{
  g_autoptr (GError) local_error = NULL;

  if (opt_outbox_add (news->transaction, draft, news->now, NULL, &local_error))
    return TRUE;
  if (local_error->domain == OPT_OUTBOX_ERROR)
    {
      g_warning ("what became of a job can't be told: %s", local_error->message);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static char *
write_result_args (const News *news,
                   const char *head)
{
  g_auto (OptJsonWriter) args = { 0 };

  opt_json_writer_init (&args);
  opt_json_writer_open_object (&args, NULL);
  opt_json_writer_add_string (&args, "job", news->event->job->id);
  opt_json_writer_add_string (&args, "head", head);
  opt_json_writer_add_string (&args, "output", news->event->job->output);
  opt_json_writer_close_object (&args);
  return opt_json_writer_end (&args);
}

/* The output is read when the message is sent. */
static gboolean
wants_output (const OptJobEvent *event)
{
  return event->kind == OPT_JOB_EVENT_ENDED && event->job->state != OPT_JOB_LOST &&
         event->job->started != 0 && g_strcmp0 (event->job->output, "none") != 0;
}

static gboolean
tell_requester (const News *news,
                GError    **error)
{
  const OptJobOrigin *origin = news->event->origin;
  g_autofree char    *text = opt_job_text_write_event (news->event);
  g_autofree char    *markup = NULL;
  g_autofree char    *args = NULL;
  OptOutboxDraft      draft = {
         .bot = origin->bot,
         .chat = origin->chat,
         .topic = origin->topic,
         .kind = OPT_OUTBOX_TEXT,
         .text = text,
         .reply_to = *origin->chat == '-' ? origin->message_id : 0,
  };

  if (!make_markup (news, &markup, error))
    return FALSE;
  draft.markup = markup;
  if (news->event->job != NULL && wants_output (news->event))
    {
      args = write_result_args (news, text);
      draft.kind = OPT_OUTBOX_VIEW;
      draft.text = NULL;
      draft.view = "result";
      draft.view_args = args;
    }
  return add_draft (news, &draft, error);
}

static gboolean
is_told_already (const News         *news,
                 const OptRecipient *recipient)
{
  const OptJobOrigin *origin = news->event->job->origin;

  return origin != NULL && g_strcmp0 (origin->kind, "telegram") == 0 && origin->bot != NULL &&
         opt_name_equal (origin->bot, recipient->bot->name) &&
         g_strcmp0 (origin->chat, recipient->chat->chat) == 0;
}

static gboolean
is_wanted (const OptJob *job)
{
  if (g_strcmp0 (job->notify_on, "never") == 0)
    return FALSE;
  return g_strcmp0 (job->notify_on, "failure") != 0 || job->state != OPT_JOB_SUCCEEDED;
}

static gboolean
tell_others (const News *news,
             GError    **error)
{
  g_autoptr (GPtrArray) recipients = NULL;
  g_autoptr (GError) problem = NULL;
  g_autofree char *text = NULL;

  if (news->event->kind != OPT_JOB_EVENT_ENDED || news->event->job == NULL ||
      news->config == NULL || !news->config->notify_activate || !is_wanted (news->event->job))
    return TRUE;
  recipients = opt_recipients_resolve_notice (news->config, &problem);
  if (recipients == NULL)
    {
      g_warning ("nobody is told how a job ended: %s", problem->message);
      return TRUE;
    }
  text = opt_job_text_write_end (news->event->job);
  for (guint i = 0; i < recipients->len; i++)
    {
      const OptRecipient *recipient = g_ptr_array_index (recipients, i);
      OptOutboxDraft      draft = {
             .bot = recipient->bot->name,
             .chat = recipient->chat->chat,
             .topic = recipient->chat->topic,
             .kind = OPT_OUTBOX_TEXT,
             .text = text,
      };

      if (!is_told_already (news, recipient) && !add_draft (news, &draft, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
remember (OptTransaction *transaction,
          gint64          id,
          gboolean       *is_new,
          GError        **error)
{
  if (!opt_transaction_run (transaction, error,
                            "INSERT INTO accepted_events (robot, id) VALUES ('', $1) "
                            "ON CONFLICT DO NOTHING",
                            "i", id))
    return FALSE;
  *is_new = opt_transaction_get_changes (transaction) > 0;
  return opt_transaction_run (transaction, error,
                              "DELETE FROM accepted_events WHERE robot = '' AND id < $1", "i",
                              id - REMEMBERED);
}

gboolean
opt_remote_news_tell (OptTransaction *transaction,
                      OptJobEvent    *event,
                      OptConfig      *config,
                      gint64          now,
                      gboolean       *is_new,
                      GError        **error)
{
  const OptJobOrigin *origin = event->origin;
  News                news = { transaction, event, config, now, 0, 0 };

  if (!remember (transaction, event->id, is_new, error))
    return FALSE;
  if (!*is_new)
    return TRUE;
  if (origin != NULL && g_strcmp0 (origin->kind, "telegram") == 0 && origin->bot != NULL &&
      origin->chat != NULL)
    {
      news.bot_id = opt_remote_news_get_bot_id (origin);
      /* A chat that is no number matches any: buttons are bound to the bot then. */
      if (!g_ascii_string_to_signed (origin->chat, 10, G_MININT64, G_MAXINT64, &news.chat_id,
                                     NULL))
        news.chat_id = 0;
      if (!tell_requester (&news, error))
        return FALSE;
    }
  return tell_others (&news, error);
}
