/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-view.h"

#include <string.h>

#include "opt-plain.h"

static const struct
{
  const char *name;
  OptViewFunc render;
} views[] = {
  { "list", opt_view_render_list },
  { "status", opt_view_render_status },
  { "cancel", opt_view_render_cancel },
  { "log", opt_view_render_log },
  { "result", opt_view_render_result },
};

/* What the view was asked for with; empty when there was nothing. */
JsonObject *
opt_view_get_args (GTask *task)
{
  return json_node_get_object (g_task_get_task_data (task));
}

void
opt_view_return_text (GTask      *task,
                      const char *text)
{
  g_task_return_pointer (task, opt_rendered_new (text, NULL), (GDestroyNotify)opt_rendered_free);
}

/* The person who asked is told in words; only the end of the program is no answer. */
void
opt_view_return_error (GTask        *task,
                       const char   *what,
                       const GError *error)
{
  g_autofree char *sentence = opt_plain_sentence (error->message);
  g_autofree char *text = g_strconcat (what != NULL ? what : "", sentence, NULL);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_error_copy (error));
  else
    opt_view_return_text (task, text);
}

static JsonNode *
read_args (const char *text)
{
  JsonObject *object = NULL;
  JsonNode   *node = NULL;

  if (text != NULL)
    node = opt_json_parse_object (text, -1, &object, NULL);
  if (node != NULL)
    return node;
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, json_object_new ());
  return node;
}

void
opt_remote_render_async (OptRenderer            *renderer,
                         const OptRenderRequest *request,
                         GCancellable           *cancellable,
                         GAsyncReadyCallback     callback,
                         gpointer                user_data)
{
  OptRemote *self = OPT_REMOTE (renderer);
  g_autoptr (GTask) task = g_task_new (renderer, cancellable, callback, user_data);
  JsonObject *args;

  g_task_set_source_tag (task, opt_remote_render_async);
  g_task_set_task_data (task, read_args (request->view_args), (GDestroyNotify)json_node_unref);
  args = opt_view_get_args (task);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    if (g_strcmp0 (views[i].name, request->view) == 0)
      {
        views[i].render (self, args, g_steal_pointer (&task));
        return;
      }
  opt_view_return_text (task, "This can't be shown: it was asked for by another version.");
}

OptRendered *
opt_remote_render_finish (OptRenderer  *renderer,
                          GAsyncResult *result,
                          GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
