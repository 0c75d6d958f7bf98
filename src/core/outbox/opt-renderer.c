/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-renderer.h"

G_DEFINE_INTERFACE (OptRenderer, opt_renderer, G_TYPE_OBJECT)

static void
opt_renderer_default_init (OptRendererInterface *iface)
{
}

/**
 * opt_rendered_new:
 * @text: (nullable): the message, of any length
 * @markup: (nullable): JSON of reply_markup
 *
 * What a view looks like. A file is set in the fields.
 *
 * Returns: (transfer full): the new value
 */
OptRendered *
opt_rendered_new (const char *text,
                  const char *markup)
{
  OptRendered *self = g_new0 (OptRendered, 1);

  self->text = g_strdup (text);
  self->markup = g_strdup (markup);
  return self;
}

/**
 * opt_rendered_free:
 * @self: (nullable) (transfer full): what was rendered
 *
 * Frees it.
 */
void
opt_rendered_free (OptRendered *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_free (self->markup);
  g_free (self->path);
  g_free (self->file_name);
  g_free (self);
}

/**
 * opt_renderer_render_async:
 * @self: what knows the views
 * @request: the row, borrowed for the call
 * @cancellable: (nullable): cancelled when the row is not sent any more
 * @callback: called when it is rendered
 * @user_data: given to @callback
 *
 * Makes the text of a view.
 */
void
opt_renderer_render_async (OptRenderer            *self,
                           const OptRenderRequest *request,
                           GCancellable           *cancellable,
                           GAsyncReadyCallback     callback,
                           gpointer                user_data)
{
  g_return_if_fail (OPT_IS_RENDERER (self));
  g_return_if_fail (request != NULL && request->view != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  OPT_RENDERER_GET_IFACE (self)->render_async (self, request, cancellable, callback, user_data);
}

/**
 * opt_renderer_render_finish:
 * @self: what knows the views
 * @result: what the callback was given
 * @error: return location; its message is for the person who reads the chat
 *
 * Finishes opt_renderer_render_async().
 *
 * Returns: (transfer full): what is to be sent
 */
OptRendered *
opt_renderer_render_finish (OptRenderer  *self,
                            GAsyncResult *result,
                            GError      **error)
{
  g_return_val_if_fail (OPT_IS_RENDERER (self), NULL);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return OPT_RENDERER_GET_IFACE (self)->render_finish (self, result, error);
}
