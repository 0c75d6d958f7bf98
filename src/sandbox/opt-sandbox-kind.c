/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-kind.h"

#include <string.h>

#include "opt-sandbox-json.h"

/* What a message may be besides text. @sample is used when the request does not bring the
 * member itself. */
typedef struct
{
  const char *name;
  const char *folder;  /* for files */
  const char *members; /* of a file, besides those all files have */
  const char *sample;
  gboolean    is_service;
} Kind;

static const Kind kinds[] = {
  { "document", "documents", NULL, NULL, FALSE },
  { "photo", "photos", "\"width\":640,\"height\":480", NULL, FALSE },
  { "audio", "music", "\"duration\":3", NULL, FALSE },
  { "voice", "voice", "\"duration\":3", NULL, FALSE },
  { "video", "videos", "\"width\":640,\"height\":480,\"duration\":3", NULL, FALSE },
  { "video_note", "video_notes", "\"length\":240,\"duration\":3", NULL, FALSE },
  { "animation", "animations", "\"width\":320,\"height\":240,\"duration\":3", NULL, FALSE },
  { "sticker", "stickers",
    "\"type\":\"regular\",\"width\":512,\"height\":512,\"is_animated\":false,\"is_video\":false",
    NULL, FALSE },
  { "location", NULL, NULL, "{\"latitude\":52.5,\"longitude\":13.25}", FALSE },
  { "venue", NULL, NULL,
    "{\"location\":{\"latitude\":52.5,\"longitude\":13.25},\"title\":\"Venue\",\"address\":"
    "\"Street 1\"}",
    FALSE },
  { "contact", NULL, NULL, "{\"phone_number\":\"+15550100\",\"first_name\":\"Contact\"}", FALSE },
  { "dice", NULL, NULL, "{\"emoji\":\"\xf0\x9f\x8e\xb2\",\"value\":4}", FALSE },
  { "poll", NULL, NULL,
    "{\"id\":\"1\",\"question\":\"Poll\",\"options\":[],\"total_voter_count\":0,\"is_closed\":"
    "false,"
    "\"is_anonymous\":true,\"type\":\"regular\",\"allows_multiple_answers\":false}",
    FALSE },
  { "new_chat_members", NULL, NULL, "[]", TRUE },
  { "left_chat_member", NULL, NULL, "{}", TRUE },
  { "new_chat_title", NULL, NULL, "\"New title\"", TRUE },
  { "delete_chat_photo", NULL, NULL, "true", TRUE },
  { "group_chat_created", NULL, NULL, "true", TRUE },
  { "supergroup_chat_created", NULL, NULL, "true", TRUE },
  { "channel_chat_created", NULL, NULL, "true", TRUE },
  { "forum_topic_created", NULL, NULL, "{\"name\":\"Topic\",\"icon_color\":7322096}", TRUE },
  { "forum_topic_closed", NULL, NULL, "{}", TRUE },
  { "forum_topic_reopened", NULL, NULL, "{}", TRUE },
  { "pinned_message", NULL, NULL, NULL, TRUE },
  { "users_shared", NULL, NULL, NULL, TRUE },
  { "chat_shared", NULL, NULL, NULL, TRUE },
  { "write_access_allowed", NULL, NULL, "{}", TRUE },
};

static const Kind *
find_kind (const char *name,
           GError    **error)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (strcmp (kinds[i].name, name) == 0)
        return &kinds[i];
      g_string_append_printf (all, "%s%s", i > 0 ? ", " : "", kinds[i].name);
    }

  opt_sandbox_request_fail (error, "kind must be text, %s, not %s", all->str, name);
  return NULL;
}

static OptSandboxFile *
add_file (OptSandboxBot *bot,
          const Kind    *kind,
          const char    *name,
          const char    *mime_type,
          GBytes        *data)
{
  OptSandboxFile *file = opt_sandbox_file_new (bot->id, g_hash_table_size (bot->files),
                                               kind->folder, name, mime_type, data);

  g_hash_table_insert (bot->files, file->id, file);
  g_hash_table_insert (bot->paths, file->path, file);
  return file;
}

static GBytes *
decode (const char *base64,
        GError    **error)
{
  gsize   length = strlen (base64);
  gsize   size = 0;
  guchar *bytes;

  if (length % 4 != 0 || strspn (base64, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "+/=") != length)
    {
      opt_sandbox_request_fail (error, "files: base64 is no Base64 text");
      return NULL;
    }

  bytes = g_base64_decode (base64, &size);
  return g_bytes_new_take (bytes, size);
}

static OptSandboxFile *
take_file (OptSandboxBot *bot,
           const Kind    *kind,
           JsonObject    *object,
           GError       **error)
{
  const char *base64 = NULL;
  const char *name = "";
  const char *mime_type = NULL;
  g_autoptr (GBytes) data = NULL;

  if (!opt_sandbox_request_get_string (object, "base64", &base64, error) ||
      !opt_sandbox_request_get_string (object, "file_name", &name, error) ||
      !opt_sandbox_request_get_string (object, "mime_type", &mime_type, error))
    return NULL;
  if (base64 == NULL)
    {
      opt_sandbox_request_fail (error, "files: base64 is missing");
      return NULL;
    }

  data = decode (base64, error);
  return data != NULL ? add_file (bot, kind, name, mime_type, data) : NULL;
}

static void
add_file_to_json (GString        *out,
                  const Kind     *kind,
                  OptSandboxFile *file)
{
  gboolean is_photo = strcmp (kind->name, "photo") == 0;

  g_string_append_printf (out, is_photo ? "\"%s\":[{" : "\"%s\":{", kind->name);
  if (kind->members != NULL)
    g_string_append_printf (out, "%s,", kind->members);
  if (!is_photo && strcmp (kind->name, "sticker") != 0)
    {
      if (*file->name != '\0')
        {
          g_string_append (out, "\"file_name\":");
          opt_sandbox_json_add_string (out, file->name, -1);
          g_string_append_c (out, ',');
        }
      g_string_append (out, "\"mime_type\":");
      opt_sandbox_json_add_string (out, file->mime_type, -1);
      g_string_append_c (out, ',');
    }
  opt_sandbox_file_add_to_json (file, out);
  g_string_append (out, is_photo ? "}]" : "}");
}

static JsonObject *
get_file_object (JsonObject *object,
                 GError    **error)
{
  JsonNode *node = json_object_get_member (object, "files");

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node) &&
      json_array_get_length (json_node_get_array (node)) == 1)
    node = json_array_get_element (json_node_get_array (node), 0);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);

  opt_sandbox_request_fail (
    error, "files must be {base64, file_name, mime_type}, or an array of these");
  return NULL;
}

static void
add_album (GString    *out,
           JsonObject *object)
{
  const char *id = opt_sandbox_json_get_string (object, "media_group_id");

  if (id == NULL)
    return;

  g_string_append (out, ",\"media_group_id\":");
  opt_sandbox_json_add_string (out, id, -1);
}

static char *
build_file (OptSandboxRequest *request,
            JsonObject        *object,
            const Kind        *kind,
            GError           **error)
{
  JsonObject     *file_object;
  OptSandboxFile *file;
  GString        *out;

  if (kind->folder == NULL)
    {
      opt_sandbox_request_fail (error, "a %s has no files", kind->name);
      return NULL;
    }
  file_object = get_file_object (object, error);
  file = file_object != NULL ? take_file (request->bot, kind, file_object, error) : NULL;
  if (file == NULL)
    return NULL;

  out = g_string_new (NULL);
  add_file_to_json (out, kind, file);
  /* An animation is a document too, for bots that know no animations. */
  if (strcmp (kind->name, "animation") == 0)
    {
      g_string_append_c (out, ',');
      add_file_to_json (out, &kinds[0], file);
    }
  add_album (out, object);
  return g_string_free (out, FALSE);
}

static char *
build_sample_file (OptSandboxRequest *request,
                   const Kind        *kind)
{
  g_autoptr (GBytes) data = g_bytes_new_static (kind->name, strlen (kind->name));
  GString *out = g_string_new (NULL);

  add_file_to_json (out, kind, add_file (request->bot, kind, "", NULL, data));
  return g_string_free (out, FALSE);
}

static char *
build_member (const Kind     *kind,
              JsonObject     *object,
              OptSandboxUser *from,
              GError        **error)
{
  GString *out;

  if (!json_object_has_member (object, kind->name) && kind->sample == NULL)
    {
      opt_sandbox_request_fail (error, "kind %s needs a member %s", kind->name, kind->name);
      return NULL;
    }

  out = g_string_new (NULL);
  g_string_append_printf (out, "\"%s\":", kind->name);
  if (json_object_has_member (object, kind->name))
    opt_sandbox_json_add_node (out, json_object_get_member (object, kind->name));
  else if (g_str_equal (kind->name, "new_chat_members"))
    g_string_append_printf (out, "[%s]", from != NULL ? from->json : "");
  else if (g_str_equal (kind->name, "left_chat_member"))
    g_string_append (out, from != NULL ? from->json : "{}");
  else
    g_string_append (out, kind->sample);

  return g_string_free (out, FALSE);
}

/**
 * opt_sandbox_kind_build:
 * @request: a request
 * @object: the message it asks for, with kind or files
 * @from: (nullable): who sends it
 * @is_service: (out): whether it tells of an event
 * @error: where to say what is wrong
 *
 * Makes what a message has besides text. The member itself may be in the request; files are
 * kept for getFile.
 *
 * Returns: (transfer full) (nullable): members of the Message object as JSON without braces
 */
char *
opt_sandbox_kind_build (OptSandboxRequest *request,
                        JsonObject        *object,
                        OptSandboxUser    *from,
                        gboolean          *is_service,
                        GError           **error)
{
  const char *name = "document";
  const Kind *kind;

  if (!opt_sandbox_request_get_string (object, "kind", &name, error))
    return NULL;
  kind = find_kind (name, error);
  if (kind == NULL)
    return NULL;

  *is_service = kind->is_service;
  if (json_object_has_member (object, "files"))
    return build_file (request, object, kind, error);
  if (kind->folder != NULL && !json_object_has_member (object, kind->name))
    return build_sample_file (request, kind);

  return build_member (kind, object, from, error);
}
