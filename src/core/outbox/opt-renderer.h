/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * OptRenderRequest:
 * @row_id: the row
 * @bot: the bot's name
 * @chat: where it goes
 * @topic: or 0
 * @view: what is to be rendered
 * @view_args: (nullable): as in the draft
 *
 * A row whose text is wanted. Valid during the call of render_async().
 */
typedef struct
{
  gint64      row_id;
  const char *bot;
  const char *chat;
  gint64      topic;
  const char *view;
  const char *view_args;
} OptRenderRequest;

/**
 * OptRendered:
 * @text: (nullable): the message, of any length; the caption when there is a document
 * @markup: (nullable): JSON of reply_markup
 * @path: (nullable): a file that goes with it, read when it is sent
 * @file_name: (nullable): what that file is called
 *
 * What a view looks like now.
 */
typedef struct
{
  char *text;      /* (owned) */
  char *markup;    /* (owned) */
  char *path;      /* (owned) */
  char *file_name; /* (owned) */
} OptRendered;

OptRendered *opt_rendered_new (const char *text,
                               const char *markup);
void         opt_rendered_free (OptRendered *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptRendered, opt_rendered_free)

#define OPT_TYPE_RENDERER (opt_renderer_get_type ())
G_DECLARE_INTERFACE (OptRenderer, opt_renderer, OPT, RENDERER, GObject)

/**
 * OptRendererInterface:
 * @render_async: makes the text of a view
 * @render_finish: what it is; an error's message is sent in its place
 *
 * What knows the views. Asked on the main context, shortly before the row is sent.
 */
struct _OptRendererInterface
{
  GTypeInterface parent_iface;

  void (*render_async) (OptRenderer            *self,
                        const OptRenderRequest *request,
                        GCancellable           *cancellable,
                        GAsyncReadyCallback     callback,
                        gpointer                user_data);
  OptRendered *(*render_finish) (OptRenderer  *self,
                                 GAsyncResult *result,
                                 GError      **error);
};

void         opt_renderer_render_async (OptRenderer            *self,
                                        const OptRenderRequest *request,
                                        GCancellable           *cancellable,
                                        GAsyncReadyCallback     callback,
                                        gpointer                user_data);
OptRendered *opt_renderer_render_finish (OptRenderer  *self,
                                         GAsyncResult *result,
                                         GError      **error);

G_END_DECLS
