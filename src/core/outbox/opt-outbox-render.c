/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-private.h"

/* Silence would be the worst answer. */
static OptRendered *
apologise (const GError *error)
{
  g_autofree char *text = g_strdup_printf ("Sorry, this can't be shown: %s.", error->message);

  return opt_rendered_new (text, NULL);
}

static void
render_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  OptErrand *errand = user_data;
  OptOutbox *self = errand->outbox;
  g_autoptr (OptRendered) rendered = NULL;
  g_autoptr (GError) error = NULL;

  rendered = opt_renderer_render_finish (OPT_RENDERER (source), result, &error);
  if (self == NULL)
    {
      opt_errand_free (errand);
      return;
    }
  g_queue_unlink (&self->rendering, &errand->link);
  errand->outbox = NULL;
  errand->rendered = rendered != NULL ? g_steal_pointer (&rendered) : apologise (error);
  g_queue_push_tail_link (&errand->queue->desk->rendered, &errand->link);
  opt_outbox_kick (self);
}

/**
 * opt_outbox_want_rendered:
 * @self: the courier
 * @errand: (transfer full): a view
 *
 * Has a view rendered, and then claimed.
 */
void
opt_outbox_want_rendered (OptOutbox *self,
                          OptErrand *errand)
{
  g_queue_push_tail_link (&self->to_render, &errand->link);
}

/**
 * opt_outbox_render_next:
 * @self: the courier
 *
 * Begins to render what waits for it, a few at a time.
 */
void
opt_outbox_render_next (OptOutbox *self)
{
  while (self->to_render.length > 0 && self->rendering.length < OPT_OUTBOX_RENDERING_MAX)
    {
      GList           *link = g_queue_pop_head_link (&self->to_render);
      OptErrand       *errand = link->data;
      OptRenderRequest request = {
        .row_id = errand->id,
        .bot = errand->bot,
        .chat = errand->chat,
        .topic = errand->topic,
        .view = errand->view,
        .view_args = errand->view_args,
      };

      errand->outbox = self;
      g_queue_push_tail_link (&self->rendering, link);
      opt_renderer_render_async (self->renderer, &request, self->cancellable, render_cb, errand);
    }
}
