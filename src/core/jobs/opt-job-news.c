/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-jobs-private.h"

/* So many events are in memory at a time; the others wait in their table. */
#define KEPT_MAX    512
#define RETRY_FIRST OPT_SECOND
#define RETRY_MOST  (60 * OPT_SECOND)

/* What one chat is to hear, in order. */
typedef struct
{
  OptJobNews *news;   /* (unowned) */
  char       *key;    /* (owned) */
  GQueue      events; /* (element-type OptJobEvent) */
  OptBackoff  backoff;
  guint       timer;
  gboolean    is_offering;
} Chat;

struct _OptJobNews
{
  OptJobs    *jobs; /* (unowned) */
  GWeakRef    listener;
  GHashTable *chats; /* (owned) char* → Chat (owned) */
  guint       n_kept;
  gint64      last; /* the newest id in memory, or that was */
  gboolean    has_more;
  gboolean    is_loading;
  guint       timer;
};

typedef struct
{
  OptJobs        *jobs;     /* (owned) */
  OptJobListener *listener; /* (owned) */
  char           *key;      /* (owned) */
} Offer;

static void
chat_free (gpointer data)
{
  Chat *chat = data;

  opt_clock_cancel (chat->news->jobs->clock, &chat->timer);
  g_queue_clear_full (&chat->events, (GDestroyNotify)opt_job_event_unref);
  g_free (chat->key);
  g_free (chat);
}

OptJobNews *
opt_job_news_new (OptJobs *jobs)
{
  OptJobNews *self = g_new0 (OptJobNews, 1);

  self->jobs = jobs;
  g_weak_ref_init (&self->listener, NULL);
  self->chats = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, chat_free);
  return self;
}

void
opt_job_news_free (OptJobNews *self)
{
  g_weak_ref_clear (&self->listener);
  g_hash_table_unref (self->chats);
  g_free (self);
}

static gboolean
is_on (OptJobNews *self)
{
  return self->jobs->phase == OPT_JOBS_STARTED;
}

static gboolean
remove_func (OptTransaction *transaction,
             gpointer        data,
             GError        **error)
{
  return opt_job_event_table_remove (transaction, *(gint64 *)data, error);
}

/* It would be offered once more after the next start, and known there by its id. */
static void
remove_done (gpointer      data,
             const GError *error)
{
  if (error != NULL)
    g_info ("event %" G_GINT64_FORMAT " stays: %s", *(gint64 *)data, error->message);
}

static void
retry_cb (gpointer user_data)
{
  Chat *chat = user_data;

  chat->timer = 0;
  opt_job_news_offer (chat->news, chat->key);
}

static void
accepted (Chat *chat)
{
  OptJobNews *self = chat->news;
  g_autoptr (OptJobEvent) event = g_queue_pop_head (&chat->events);

  self->n_kept--;
  opt_backoff_reset (&chat->backoff);
  opt_jobs_write (self->jobs, remove_func, remove_done, g_memdup2 (&event->id, sizeof event->id),
                  g_free);
  if (g_queue_is_empty (&chat->events))
    g_hash_table_remove (self->chats, chat->key);
  else
    opt_job_news_offer (self, chat->key);
  if (self->has_more && self->n_kept < KEPT_MAX / 2)
    opt_job_news_load (self);
}

static void
accept_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Offer      *given = user_data;
  OptJobNews *self = given->jobs->news;
  Chat       *chat = g_hash_table_lookup (self->chats, given->key);
  g_autoptr (GError) error = NULL;
  gboolean done = opt_job_listener_accept_finish (given->listener, result, &error);

  self->jobs->pending--;
  /* Chats stay as long as something of theirs is offered. */
  chat->is_offering = FALSE;
  if (done)
    accepted (chat);
  else
    {
      g_info ("an event was not accepted: %s", error != NULL ? error->message : "no reason given");
      if (is_on (self))
        chat->timer = opt_clock_call_in (self->jobs->clock, opt_backoff_next (&chat->backoff),
                                         retry_cb, chat);
    }
  g_object_unref (given->listener);
  g_object_unref (given->jobs);
  g_free (given->key);
  g_free (given);
}

static void
offer (Chat *chat)
{
  OptJobNews *self = chat->news;
  g_autoptr (OptJobListener) listener = g_weak_ref_get (&self->listener);
  OptJobEvent *event = g_queue_peek_head (&chat->events);
  Offer       *given;

  if (!is_on (self) || chat->is_offering || chat->timer != 0 || listener == NULL || event == NULL)
    return;
  given = g_new0 (Offer, 1);
  given->jobs = g_object_ref (self->jobs);
  given->listener = g_object_ref (listener);
  given->key = g_strdup (chat->key);
  chat->is_offering = TRUE;
  self->jobs->pending++;
  opt_job_listener_accept_async (listener, event, accept_cb, given);
}

/* Offers the first of a chat, unless that is being done. */
void
opt_job_news_offer (OptJobNews *self,
                    const char *key)
{
  Chat *chat = g_hash_table_lookup (self->chats, key);

  if (chat != NULL)
    offer (chat);
}

static Chat *
get_chat (OptJobNews         *self,
          const OptJobOrigin *origin)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s\n%s", origin->kind,
                                          origin->bot != NULL ? origin->bot : "",
                                          origin->chat != NULL ? origin->chat : "");
  Chat            *chat = g_hash_table_lookup (self->chats, key);

  if (chat != NULL)
    return chat;
  chat = g_new0 (Chat, 1);
  chat->news = self;
  chat->key = g_steal_pointer (&key);
  g_queue_init (&chat->events);
  opt_backoff_init (&chat->backoff, RETRY_FIRST, RETRY_MOST);
  g_hash_table_insert (self->chats, chat->key, chat);
  return chat;
}

static void
keep (OptJobNews  *self,
      OptJobEvent *event)
{
  Chat *chat = get_chat (self, event->origin);

  self->last = event->id;
  self->n_kept++;
  g_queue_push_tail (&chat->events, opt_job_event_ref (event));
  offer (chat);
}

/* It is on the disk. */
void
opt_job_news_add (OptJobNews  *self,
                  OptJobEvent *event)
{
  if (!is_on (self) || event->id <= self->last)
    return;
  if (self->has_more || self->is_loading || self->n_kept >= KEPT_MAX)
    self->has_more = TRUE;
  else
    keep (self, event);
}

typedef struct
{
  OptJobNews *news;   /* (unowned) */
  char       *folder; /* (owned) */
  gint64      after;
  GPtrArray  *events; /* (owned) (nullable) */
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_free (loading->folder);
  g_clear_pointer (&loading->events, g_ptr_array_unref);
  g_free (loading);
}

static gboolean
loading_func (OptTransaction *transaction,
              gpointer        data,
              GError        **error)
{
  Loading *loading = data;

  g_clear_pointer (&loading->events, g_ptr_array_unref);
  loading->events = opt_job_event_table_load (transaction, loading->after, KEPT_MAX,
                                              loading->folder, error);
  return loading->events != NULL;
}

static void
load_cb (gpointer user_data)
{
  OptJobNews *self = user_data;

  self->timer = 0;
  opt_job_news_load (self);
}

static void
loading_done (gpointer      data,
              const GError *error)
{
  Loading    *loading = data;
  OptJobNews *self = loading->news;
  gboolean    came_meanwhile = self->has_more;

  self->is_loading = FALSE;
  if (!is_on (self))
    return;
  if (error != NULL)
    {
      g_warning ("events can't be read: %s", error->message);
      self->has_more = TRUE;
      self->timer = opt_clock_call_in (self->jobs->clock, RETRY_MOST, load_cb, self);
      return;
    }
  self->has_more = came_meanwhile || loading->events->len == KEPT_MAX;
  for (guint i = 0; i < loading->events->len; i++)
    keep (self, g_ptr_array_index (loading->events, i));
  if (self->has_more && self->n_kept < KEPT_MAX / 2)
    opt_job_news_load (self);
}

/* Those that come after what was in memory. */
void
opt_job_news_load (OptJobNews *self)
{
  Loading *loading;

  if (self->is_loading || self->timer != 0 || !is_on (self))
    return;
  self->is_loading = TRUE;
  self->has_more = FALSE;
  loading = g_new0 (Loading, 1);
  loading->news = self;
  loading->after = self->last;
  loading->folder = g_strdup (self->jobs->place->folder);
  opt_jobs_read (self->jobs, loading_func, loading_done, loading, loading_free);
}

void
opt_job_news_set_listener (OptJobNews     *self,
                           OptJobListener *listener)
{
  GHashTableIter iter;
  gpointer       chat;

  g_weak_ref_set (&self->listener, listener);
  g_hash_table_iter_init (&iter, self->chats);
  while (g_hash_table_iter_next (&iter, NULL, &chat))
    offer (chat);
}

/* Offers again what was not accepted before. */
void
opt_job_news_start (OptJobNews *self)
{
  opt_job_news_load (self);
}

void
opt_job_news_stop (OptJobNews *self)
{
  GHashTableIter iter;
  gpointer       value;

  opt_clock_cancel (self->jobs->clock, &self->timer);
  g_hash_table_iter_init (&iter, self->chats);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    opt_clock_cancel (self->jobs->clock, &((Chat *)value)->timer);
}
