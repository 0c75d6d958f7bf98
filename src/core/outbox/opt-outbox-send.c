/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-private.h"

#include "opt-outbox-insert-private.h"
#include "opt-upload-private.h"

/* When a bot that can't send is tried again though nobody said that it can. */
#define HOLD_RETRY  (60 * OPT_SECOND)
#define FLOOD_LEAST OPT_SECOND
#define FLOOD_MOST  (24 * 3600 * OPT_SECOND)
/* So many chats told to wait, one after the other: it is the bot that is too fast. */
#define FLOODS_OF_BOT 3

/**
 * opt_outbox_desk_is_open:
 * @desk: a bot's
 * @now: boot time
 *
 * Returns: whether the bot may send
 */
gboolean
opt_outbox_desk_is_open (OptBotDesk *desk,
                         gint64      now)
{
  return desk->hold == NULL && desk->blocked_until <= now;
}

static void
unclaim_all (OptOutbox *self,
             GQueue    *errands)
{
  GList *link;

  while ((link = g_queue_pop_head_link (errands)) != NULL)
    {
      OptErrand *errand = link->data;

      errand->queue->desk->n_claimed--;
      opt_outbox_add_mark (self, errand, OPT_MARK_BACK);
    }
}

/**
 * opt_outbox_unclaim:
 * @self: the courier
 * @desk: a bot's, that may not send now
 *
 * What was claimed but did not leave is queued again, so that a crash leaves no doubt about it.
 */
void
opt_outbox_unclaim (OptOutbox  *self,
                    OptBotDesk *desk)
{
  unclaim_all (self, &desk->outgoing);
  unclaim_all (self, &desk->files);
}

/* Nothing more can be said about this row; the next of its chat may go. */
static void
end (OptOutbox *self,
     OptErrand *errand,
     OptMark    mark)
{
  OptChatQueue *queue = errand->queue;

  opt_outbox_add_mark (self, errand, mark);
  queue->busy = NULL;
  opt_outbox_settle (self, queue);
}

static void
take_words (OptErrand          *errand,
            const OptDelivered *delivered)
{
  errand->code = delivered->code;
  errand->words = g_strdup (delivered->description);
}

static void
on_ok (OptOutbox          *self,
       OptErrand          *errand,
       const OptDelivered *delivered)
{
  OptBotDesk *desk = errand->queue->desk;

  opt_backoff_reset (&desk->backoff);
  opt_backoff_reset (&errand->queue->backoff);
  desk->n_floods = 0;
  errand->message_id = delivered->message_id;
  if (errand->message_id == 0 && errand->kind == OPT_OUTBOX_EDIT)
    errand->message_id = errand->target;
  errand->words = g_strdup (errand->note);
  end (self, errand, OPT_MARK_SENT);
}

/* The request may go again soon: the bot waits, and the chat by itself in case it alone fails. */
static void
on_failure (OptOutbox          *self,
            OptErrand          *errand,
            const OptDelivered *delivered)
{
  OptChatQueue *queue = errand->queue;
  OptBotDesk   *desk = queue->desk;
  gint64        now = opt_clock_get_boot (self->clock);

  /* Those that left together fail together, and count once. */
  if (errand->left > desk->failed)
    {
      gint64 until = now + opt_backoff_next (&desk->backoff);

      desk->failed = self->n_left;
      desk->blocked_until = MAX (desk->blocked_until, until);
    }
  queue->blocked_until = now + opt_backoff_next (&queue->backoff);
  take_words (errand, delivered);
  errand->until = opt_clock_get_wall (self->clock) +
                  MAX (desk->blocked_until, queue->blocked_until) - now;
  errand->repeated = delivered->outcome == OPT_DELIVERY_UNKNOWN &&
                     opt_outbox_kind_get_class (errand->kind)->says_repeated;
  opt_outbox_add_mark (self, errand, OPT_MARK_AGAIN);
}

static void
on_flood (OptOutbox          *self,
          OptErrand          *errand,
          const OptDelivered *delivered)
{
  OptChatQueue *queue = errand->queue;
  OptBotDesk   *desk = queue->desk;
  gint64        delay = CLAMP (delivered->retry_after, FLOOD_LEAST, FLOOD_MOST);

  queue->blocked_until = opt_clock_get_boot (self->clock) + delay;
  if (++desk->n_floods >= FLOODS_OF_BOT)
    desk->blocked_until = MAX (desk->blocked_until, queue->blocked_until);
  take_words (errand, delivered);
  errand->until = opt_clock_get_wall (self->clock) + delay;
  opt_outbox_add_mark (self, errand, OPT_MARK_AGAIN);
}

static void
on_moved (OptOutbox          *self,
          OptErrand          *errand,
          const OptDelivered *delivered)
{
  g_autofree char *moved_to = g_strdup_printf ("%" G_GINT64_FORMAT, delivered->moved_to);

  take_words (errand, delivered);
  errand->moved_to = delivered->moved_to;
  if (delivered->moved_to == 0 || g_str_equal (moved_to, errand->chat))
    end (self, errand, OPT_MARK_DEAD);
  else
    opt_outbox_add_mark (self, errand, OPT_MARK_MOVED);
}

static OptJudgement
judge (const OptErrand    *errand,
       const OptDelivered *delivered)
{
  OptJudgement judgement;

  if (delivered->code != 400 || delivered->description == NULL)
    return OPT_JUDGE_DEAD;
  judgement = opt_outbox_kind_get_class (errand->kind)->judge (delivered->description);

  /* What was not there can't be left out: it would go round for ever. */
  if ((judgement == OPT_JUDGE_WITHOUT_REPLY && !errand->has_reply) ||
      (judgement == OPT_JUDGE_WITHOUT_TOPIC && errand->topic == 0))
    return OPT_JUDGE_DEAD;
  if (judgement == OPT_JUDGE_AS_TEXT && !errand->has_text)
    return OPT_JUDGE_DONE;
  return judgement;
}

static void
on_refused (OptOutbox          *self,
            OptErrand          *errand,
            const OptDelivered *delivered)
{
  OptDelivered done = { .outcome = OPT_DELIVERY_OK };

  errand->change = judge (errand, delivered);
  switch (errand->change)
    {
    case OPT_JUDGE_DONE:
      on_ok (self, errand, &done);
      return;
    case OPT_JUDGE_WITHOUT_REPLY:
      errand->note = "sent without the reply, since the message it answers is gone";
      break;
    case OPT_JUDGE_WITHOUT_TOPIC:
      errand->note = "sent outside its topic, which is gone";
      break;
    case OPT_JUDGE_AS_TEXT:
      errand->note = "sent as a new message, since the one to change is gone";
      break;
    case OPT_JUDGE_DEAD:
    default:
      take_words (errand, delivered);
      if (errand->words == NULL)
        errand->words = g_strdup ("Telegram refused it");
      end (self, errand, OPT_MARK_DEAD);
      return;
    }
  take_words (errand, delivered);
  opt_outbox_add_mark (self, errand, OPT_MARK_AGAIN);
}

static void
on_unavailable (OptOutbox          *self,
                OptErrand          *errand,
                const OptDelivered *delivered)
{
  OptBotDesk *desk = errand->queue->desk;

  if (desk->hold == NULL)
    {
      desk->hold = g_strdup (delivered->description != NULL ? delivered->description
                                                            : "the bot can't send");
      desk->hold_until = opt_clock_get_boot (self->clock) + HOLD_RETRY;
    }
  take_words (errand, delivered);
  opt_outbox_add_mark (self, errand, OPT_MARK_AGAIN);
}

static void
take_answer (OptOutbox          *self,
             OptErrand          *errand,
             const OptDelivered *delivered)
{
  errand->answered = opt_clock_get_wall (self->clock);
  switch (delivered->outcome)
    {
    case OPT_DELIVERY_OK:
      on_ok (self, errand, delivered);
      break;
    case OPT_DELIVERY_FLOOD:
      on_flood (self, errand, delivered);
      break;
    case OPT_DELIVERY_MOVED:
      on_moved (self, errand, delivered);
      break;
    case OPT_DELIVERY_REFUSED:
      on_refused (self, errand, delivered);
      break;
    case OPT_DELIVERY_UNAVAILABLE:
      on_unavailable (self, errand, delivered);
      break;
    case OPT_DELIVERY_AGAIN:
    case OPT_DELIVERY_UNKNOWN:
    default:
      on_failure (self, errand, delivered);
      break;
    }
}

static void
delivered_cb (const OptDelivered *delivered,
              gpointer            user_data)
{
  OptErrand  *errand = user_data;
  OptOutbox  *self = errand->outbox;
  OptBotDesk *desk;

  if (self == NULL)
    {
      opt_errand_free (errand);
      return;
    }
  desk = errand->queue->desk;
  g_queue_unlink (&self->flights, &errand->link);
  desk->n_in_flight--;
  desk->n_claimed--;
  if (opt_errand_has_file (errand))
    desk->n_uploads--;
  take_answer (self, errand, delivered);
  opt_outbox_kick (self);
}

static void
deliver (OptOutbox *self,
         OptErrand *errand)
{
  OptParcel parcel = {
    .bot = errand->bot,
    .method = errand->method,
    .body = errand->body,
  };

  if (errand->file != NULL)
    {
      if (errand->file_name == NULL)
        errand->file_name = errand->path != NULL ? g_path_get_basename (errand->path)
                                                 : g_strdup (OPT_OUTBOX_LOG_NAME);
      parcel.field = "document";
      parcel.file_name = errand->file_name;
      parcel.mime = opt_upload_get_mime (errand->file_name);
      parcel.file = errand->file;
    }
  opt_delivery_deliver (self->delivery, &parcel, self->cancellable, delivered_cb, errand);
}

/* Whether a file can't be read for a reason that is not the file. */
static gboolean
is_passing (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  OptErrand *errand = user_data;
  g_autoptr (GError) error = NULL;

  errand->file = opt_upload_read_finish (result, &error);
  if (errand->file != NULL && errand->outbox != NULL)
    {
      deliver (errand->outbox, errand);
      return;
    }
  OptDelivered answer = {
    .outcome = is_passing (error) ? OPT_DELIVERY_AGAIN : OPT_DELIVERY_REFUSED,
    .description = error != NULL ? error->message : NULL,
  };
  delivered_cb (&answer, errand);
}

static void
leave (OptOutbox *self,
       OptErrand *errand,
       gint64     now)
{
  OptBotDesk *desk = errand->queue->desk;

  errand->outbox = self;
  errand->left = ++self->n_left;
  desk->n_in_flight++;
  g_queue_push_tail_link (&self->flights, &errand->link);
  if (self->pacing)
    {
      opt_pace_note (desk->pace, now);
      opt_chat_queue_note_pace (errand->queue, now);
    }
  if (!opt_errand_has_file (errand))
    {
      deliver (self, errand);
      return;
    }
  desk->n_uploads++;
  if (errand->path != NULL)
    opt_upload_read_async (errand->path, self->cancellable, read_cb, errand);
  else
    opt_upload_load_async (self->store, errand->id, self->cancellable, read_cb, errand);
}

/**
 * opt_outbox_depart:
 * @self: the courier
 * @desk: a bot's, that may send
 * @now: boot time
 *
 * Lets leave what is claimed, as far as there is room.
 */
void
opt_outbox_depart (OptOutbox  *self,
                   OptBotDesk *desk,
                   gint64      now)
{
  while (desk->n_in_flight < OPT_DESK_IN_FLIGHT_MAX && opt_outbox_desk_is_open (desk, now))
    {
      GList *link = NULL;

      if (self->pacing && opt_pace_get_next (desk->pace) > now)
        return;
      if (desk->n_uploads < OPT_DESK_UPLOADS_MAX)
        link = g_queue_pop_head_link (&desk->files);
      if (link == NULL)
        link = g_queue_pop_head_link (&desk->outgoing);
      if (link == NULL)
        return;
      leave (self, link->data, now);
    }
}
