/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-methods.h"

#include <string.h>

#include "opt-sandbox-draft.h"
#include "opt-sandbox-json.h"
#include "opt-sandbox-text.h"

static OptSandboxFile *
keep_upload (OptSandboxCall   *call,
             OptSandboxUpload *upload)
{
  OptSandboxBot  *bot = call->bot;
  OptSandboxFile *file;

  if (upload->size == 0)
    {
      opt_sandbox_call_fail (call, 400, "file must be non-empty");
      return NULL;
    }

  file = opt_sandbox_file_new (bot->id, g_hash_table_size (bot->files), "documents",
                               upload->file_name, upload->mime_type, upload->data);
  g_hash_table_insert (bot->files, file->id, file);
  g_hash_table_insert (bot->paths, file->path, file);
  return file;
}

/* A file comes as a part of its own, as `attach://PART`, by its file_id, or by a link. */
static OptSandboxFile *
find_file (OptSandboxCall *call,
           const char     *field)
{
  const char       *value = opt_sandbox_params_get (call->params, field);
  OptSandboxUpload *upload;
  OptSandboxFile   *file;

  if (g_str_has_prefix (value, "attach://"))
    field = value + strlen ("attach://");
  else if (*value != '\0')
    {
      file = g_hash_table_lookup (call->bot->files, value);
      if (file == NULL)
        opt_sandbox_call_fail (call, 400,
                               g_str_has_prefix (value, "http://") ||
                                   g_str_has_prefix (value, "https://")
                                 ? "failed to get HTTP URL content"
                                 : "wrong file identifier/HTTP URL specified");
      return file;
    }

  upload = opt_sandbox_params_get_upload (call->params, field);
  if (upload != NULL)
    return keep_upload (call, upload);

  opt_sandbox_call_fail (call, 400, "there is no document in the request");
  return NULL;
}

static gboolean
has_file (OptSandboxCall *call)
{
  const char *value = opt_sandbox_params_get (call->params, "document");

  if (g_str_has_prefix (value, "attach://"))
    return opt_sandbox_params_get_upload (call->params, value + strlen ("attach://")) != NULL;

  return *value != '\0' || opt_sandbox_params_get_upload (call->params, "document") != NULL;
}

static char *
render (OptSandboxFile *file)
{
  GString *out = g_string_new ("\"document\":{");

  if (*file->name != '\0')
    {
      g_autofree char *name = g_utf8_make_valid (file->name, -1);

      g_string_append (out, "\"file_name\":");
      opt_sandbox_json_add_string (out, name, -1);
      g_string_append_c (out, ',');
    }
  g_string_append (out, "\"mime_type\":");
  opt_sandbox_json_add_string (out, file->mime_type, -1);
  g_string_append_c (out, ',');
  opt_sandbox_file_add_to_json (file, out);
  g_string_append_c (out, '}');

  return g_string_free (out, FALSE);
}

/**
 * opt_sandbox_method_send_document:
 * @call: a call
 */
void
opt_sandbox_method_send_document (OptSandboxCall *call)
{
  g_auto (OptSandboxText) caption = { NULL, NULL };
  g_auto (OptSandboxDraft) draft = { NULL };
  g_autofree char *problem = NULL;
  OptSandboxFile  *file;

  if (!has_file (call))
    {
      opt_sandbox_call_fail (call, 400, "there is no document in the request");
      return;
    }
  problem = opt_sandbox_text_read (&caption,
                                   opt_sandbox_params_get (call->params, "caption"),
                                   opt_sandbox_params_get (call->params, "parse_mode"),
                                   opt_sandbox_params_get (call->params, "caption_entities"),
                                   TRUE);
  if (problem != NULL)
    {
      opt_sandbox_call_fail (call, 400, problem);
      return;
    }
  if (!opt_sandbox_draft_prepare (&draft, call, "documents"))
    return;
  file = find_file (call, "document");
  if (file == NULL)
    return;

  opt_sandbox_draft_post (&draft, call, &caption, TRUE, render (file));
}

/**
 * opt_sandbox_method_get_file:
 * @call: a call
 */
void
opt_sandbox_method_get_file (OptSandboxCall *call)
{
  OptSandboxFile *file =
    g_hash_table_lookup (call->bot->files, opt_sandbox_params_get (call->params, "file_id"));
  GString *out;

  if (file == NULL)
    {
      opt_sandbox_call_fail (call, 400, "invalid file_id");
      return;
    }
  if (g_bytes_get_size (file->data) > OPT_SANDBOX_FILE_DOWNLOAD_MAX)
    {
      opt_sandbox_call_fail (call, 400, "file is too big");
      return;
    }

  out = opt_sandbox_call_answer (call);
  g_string_append_c (out, '{');
  opt_sandbox_file_add_to_json (file, out);
  g_string_append_printf (out, ",\"file_path\":\"%s\"}", file->path);
}
