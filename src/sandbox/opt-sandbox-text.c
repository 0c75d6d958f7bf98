/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-text.h"

#include <string.h>

#include "opt-sandbox-entity.h"

/* Entities beyond are refused. */
#define ENTITY_UNITS_MAX 1000000

/* How many bytes of characters that the server takes out are here. */
static guint
count_removed (const guchar *at)
{
  if (at[0] == '\r')
    return 1;
  if (at[0] == 0xe2 && at[1] == 0x80 && at[2] >= 0xa8 && at[2] <= 0xae)
    return 3;
  if (at[0] == 0xcc && (at[1] == 0xb3 || at[1] == 0xbf || at[1] == 0x8a))
    return 2;

  return 0;
}

/* @map, if given, gets for each UTF-16 unit where it is in the result, -1 inside a character. */
static char *
clean (const char *text,
       gsize       length,
       GArray     *map)
{
  char         *result = g_malloc (length + 1);
  char         *to = result;
  const guchar *at = (const guchar *)text;
  gint32        units = 0;

  while (*at != '\0')
    {
      guint removed = count_removed (at);
      guint bytes = removed > 0 ? removed : (guint)g_utf8_skip[*at];

      if (map != NULL)
        {
          gint32 inside = -1;

          g_array_append_val (map, units);
          if (bytes == 4)
            g_array_append_val (map, inside);
        }
      if (removed == 0)
        {
          memcpy (to, at, bytes);
          if (*at < ' ' && *at != '\n')
            *to = ' ';
          to += bytes;
          units += bytes == 4 ? 2 : 1;
        }
      at += bytes;
    }

  *to = '\0';
  if (map != NULL)
    g_array_append_val (map, units);
  return result;
}

static char *
map_entity (OptSandboxEntity *entity,
            GArray           *map)
{
  gint32 end = entity->offset + entity->length;
  gint32 from;
  gint32 to;

  if (entity->offset >= (gint32)map->len - 1)
    return g_strdup_printf ("entity begins after the end of the text at UTF-16 offset %d",
                            entity->offset);
  if (end > (gint32)map->len - 1)
    return g_strdup_printf (
      "entity beginning at UTF-16 offset %d ends after the end of the text at UTF-16 offset %d",
      entity->offset, end);

  from = g_array_index (map, gint32, entity->offset);
  to = g_array_index (map, gint32, end);
  if (from < 0)
    return g_strdup_printf ("entity begins in a middle of a UTF-16 symbol at UTF-16 offset %d",
                            entity->offset);
  if (to < 0)
    return g_strdup_printf (
      "entity beginning at UTF-16 offset %d ends in a middle of a UTF-16 symbol", entity->offset);

  entity->offset = from;
  entity->length = to - from;
  return NULL;
}

static char *
map_entities (GArray *entities,
              GArray *map)
{
  for (guint i = 0; i < entities->len; i++)
    {
      OptSandboxEntity *entity = &g_array_index (entities, OptSandboxEntity, i);
      char             *problem = NULL;

      if (entity->offset < 0 || entity->offset > ENTITY_UNITS_MAX)
        return g_strdup_printf ("receive an entity with incorrect offset %d", entity->offset);
      if (entity->length < 0 || entity->length > ENTITY_UNITS_MAX)
        return g_strdup_printf ("receive an entity with incorrect length %d", entity->length);
      if (entity->length > 0)
        problem = map_entity (entity, map);
      if (problem != NULL)
        return problem;
    }

  return NULL;
}

/* Cuts entities to what is left between @first and @end, in UTF-16 units. */
static void
trim_entities (GArray *entities,
               gint32  first,
               gint32  end)
{
  for (guint i = entities->len; i > 0; i--)
    {
      OptSandboxEntity *entity = &g_array_index (entities, OptSandboxEntity, i - 1);
      gint32            to = MIN (entity->offset + entity->length, end);
      gint32            from = MAX (entity->offset, first);

      if (to <= from)
        {
          g_array_remove_index (entities, i - 1);
          continue;
        }
      entity->offset = from - first;
      entity->length = to - from;
    }
}

static gint32
count_units (const char *text,
             const char *end)
{
  gint32 units = 0;

  for (; text < end; text = g_utf8_next_char (text))
    units += (guchar)*text >= 0xf0 ? 2 : 1;

  return units;
}

static void
trim (char   *text,
      GArray *entities)
{
  char *end = text + strlen (text);
  char *from = text;

  while (end > text && (end[-1] == ' ' || end[-1] == '\n'))
    end--;
  while (from < end && (*from == ' ' || *from == '\n'))
    from++;
  if (entities->len > 0)
    trim_entities (entities, count_units (text, from), count_units (text, end));

  *end = '\0';
  if (from > text)
    memmove (text, from, (gsize)(end - from) + 1);
}

static char *
check_parse_mode (const char *parse_mode)
{
  static const char *const known[] = { "html", "markdown", "markdownv2" };

  if (*parse_mode == '\0' || g_ascii_strcasecmp (parse_mode, "none") == 0)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (g_ascii_strcasecmp (parse_mode, known[i]) == 0)
        return g_strdup_printf ("the sandbox doesn't parse %s yet, send entities instead",
                                parse_mode);
    }

  return g_strdup ("unsupported parse_mode");
}

static char *
read_with_entities (OptSandboxText *self,
                    const char     *text,
                    const char     *json)
{
  g_autoptr (GArray) entities = opt_sandbox_entities_new ();
  g_autoptr (GArray) map = NULL;
  gsize length = strlen (text);
  char *problem = opt_sandbox_entities_parse (entities, json);

  if (problem != NULL)
    return problem;
  if (!g_utf8_validate (text, (gssize)length, NULL))
    return g_strdup ("strings must be encoded in UTF-8");

  if (entities->len > 0)
    map = g_array_sized_new (FALSE, FALSE, sizeof (gint32), (guint)length + 1);
  self->text = clean (text, length, map);
  if (map != NULL)
    problem = map_entities (entities, map);
  if (problem != NULL)
    return problem;

  trim (self->text, entities);
  opt_sandbox_entities_find (entities, self->text);
  self->entities = opt_sandbox_entities_to_json (entities);
  return NULL;
}

static char *
check_length (OptSandboxText *self,
              gboolean        is_caption)
{
  gsize most = is_caption ? OPT_SANDBOX_CAPTION_MAX : OPT_SANDBOX_TEXT_MAX;

  if (*self->text == '\0' && !is_caption)
    return g_strdup ("text must be non-empty");
  if (strlen (self->text) > most && g_utf8_strlen (self->text, -1) > (glong)most)
    return g_strdup (is_caption ? "message caption is too long" : "message is too long");

  return NULL;
}

/**
 * opt_sandbox_text_read:
 * @self: (out): the text; to be cleared in any case
 * @text: what was given
 * @parse_mode: what was given, maybe empty
 * @entities: what was given, maybe empty
 * @is_caption: whether it is a caption, which may be empty
 *
 * Takes a text in as the server does.
 *
 * Returns: (transfer full) (nullable): what is wrong with it, in the server's words
 */
char *
opt_sandbox_text_read (OptSandboxText *self,
                       const char     *text,
                       const char     *parse_mode,
                       const char     *entities,
                       gboolean        is_caption)
{
  char *problem = NULL;

  self->text = NULL;
  self->entities = NULL;
  if (*text == '\0' && !is_caption)
    return g_strdup ("message text is empty");
  if (strlen (text) > OPT_SANDBOX_TEXT_BYTES_MAX)
    return g_strdup ("text is too long");

  if (*text != '\0')
    problem = check_parse_mode (parse_mode);
  if (problem == NULL)
    problem = read_with_entities (self, text, entities);
  if (problem == NULL)
    problem = check_length (self, is_caption);

  return problem;
}

void
opt_sandbox_text_clear (OptSandboxText *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->entities, g_free);
}
