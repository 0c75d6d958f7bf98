/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-client.h"

#include "opt-bot-client-private.h"
#include "opt-bot-error-private.h"
#include "opt-bot-form.h"
#include "opt-json.h"

/* What is needed to make the form, in a thread, since files are opened for it. */
typedef struct
{
  char      *method;    /* (owned) */
  char      *json_body; /* (owned) (nullable) */
  GPtrArray *files;     /* (owned) (element-type OptBotFile) */
} Upload;

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  g_free (upload->method);
  g_free (upload->json_body);
  g_ptr_array_unref (upload->files);
  g_free (upload);
}

static OptBotForm *
make_form (const Upload *upload,
           GError      **error)
{
  g_autoptr (OptBotForm) form = opt_bot_form_new ();
  g_autoptr (JsonNode) root = NULL;
  JsonObject *parameters;

  if (upload->json_body != NULL)
    {
      root = opt_json_parse_object (upload->json_body, -1, &parameters, error);
      if (root == NULL)
        return NULL;
      opt_bot_form_add_parameters (form, parameters);
    }
  for (guint i = 0; i < upload->files->len; i++)
    if (!opt_bot_form_add_file (form, g_ptr_array_index (upload->files, i), OPT_BOT_UPLOAD_MAX,
                                error))
      return NULL;

  opt_bot_form_end (form);
  return g_steal_pointer (&form);
}

static void
form_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GError     *error = NULL;
  OptBotForm *form = make_form (task_data, &error);

  if (form != NULL)
    g_task_return_pointer (task, form, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
form_cb (GObject      *source_object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (OptBotForm) form = NULL;
  g_autofree char *content_type = NULL;
  Upload          *upload = g_task_get_task_data (G_TASK (result));
  GError          *error = NULL;
  OptBotCall      *call;

  form = g_task_propagate_pointer (G_TASK (result), &error);
  if (form == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  content_type = opt_bot_form_dup_content_type (form);
  call =
    opt_bot_client_new_call (OPT_BOT_CLIENT (source_object), OPT_BOT_LANE_FILES, upload->method);
  opt_bot_call_set_body_stream (call, content_type, G_INPUT_STREAM (form),
                                opt_bot_form_get_length (form));
  opt_bot_call_run (call, g_steal_pointer (&task));
}

/**
 * opt_bot_client_upload_async:
 * @self: a client
 * @method: a method of the Bot API, such as `sendDocument`
 * @json_body: (nullable): an object with its other parameters
 * @files: (element-type OptBotFile): what to send, each at most %OPT_BOT_UPLOAD_MAX bytes
 * @cancellable: (nullable): to give up; whether it was handled is unknown then
 * @callback: called when done
 * @user_data: for @callback
 *
 * Calls a method with files, once. They are read while they are sent, off the main thread.
 */
void
opt_bot_client_upload_async (OptBotClient       *self,
                             const char         *method,
                             const char         *json_body,
                             GPtrArray          *files,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_autoptr (GTask) forming = NULL;
  Upload *upload;
  GTask  *task;

  g_return_if_fail (OPT_IS_BOT_CLIENT (self));
  g_return_if_fail (method != NULL && *method != '\0');
  g_return_if_fail (files != NULL);

  upload = g_new0 (Upload, 1);
  upload->method = g_strdup (method);
  upload->json_body = g_strdup (json_body);
  upload->files = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_bot_file_unref);
  for (guint i = 0; i < files->len; i++)
    g_ptr_array_add (upload->files, opt_bot_file_ref (g_ptr_array_index (files, i)));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, opt_bot_client_upload_async);
  forming = g_task_new (self, cancellable, form_cb, task);
  g_task_set_source_tag (forming, form_thread);
  g_task_set_task_data (forming, upload, upload_free);
  g_task_run_in_thread (forming, form_thread);
}

/**
 * opt_bot_client_upload_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location: any #OptBotError, #OptJsonError for a wrong @json_body, or
 *   %G_IO_ERROR_CANCELLED
 *
 * Ends opt_bot_client_upload_async().
 *
 * Returns: (transfer full): the answer's `result`, or NULL with @error set
 */
JsonNode *
opt_bot_client_upload_finish (OptBotClient *self,
                              GAsyncResult *result,
                              GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
