/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-probe.h"
#include "opt-test.h"

#include <string.h>

#define BOT "/bot" OPT_SANDBOX_PROBE_TOKEN

static void
assert_answer (OptSandboxReply *reply,
               guint            status,
               const char      *place,
               const char      *expected)
{
  g_autoptr (OptSandboxReply) owned = reply;

  opt_sandbox_reply_assert (reply, place, expected);
  g_assert_cmpuint (reply->status, ==, status);
  g_assert_cmpstr (soup_message_headers_get_one (soup_message_get_response_headers (reply->message),
                                                 "Content-Type"),
                   ==, "application/json");
}

static void
test_paths (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  assert_answer (opt_sandbox_probe_get (probe, BOT "/getMe"), 200, "result.id", "123456789");
  assert_answer (opt_sandbox_probe_get (probe, BOT "/GeTmE"), 200, "result.is_bot", "true");
  assert_answer (opt_sandbox_probe_get (probe, BOT "/test/getMe"), 200, "ok", "true");
  assert_answer (opt_sandbox_probe_get (probe, BOT "/?method=getme"), 200, "ok", "true");
  assert_answer (
    opt_sandbox_probe_post (probe, BOT "/", "application/json", "{\"method\":\"getMe\"}"), 200,
    "ok", "true");
  assert_answer (opt_sandbox_probe_get (probe, BOT "/getNothing"), 404, "description",
                 "Not Found: method not found");
  assert_answer (opt_sandbox_probe_get (probe, BOT "/"), 404, "description",
                 "Not Found: method not found");
  assert_answer (opt_sandbox_probe_get (probe, BOT), 404, "description", "Not Found");
  assert_answer (opt_sandbox_probe_get (probe, "/"), 404, "description", "Not Found");
  assert_answer (opt_sandbox_probe_get (probe, "/getMe"), 404, "description", "Not Found");
  assert_answer (opt_sandbox_probe_get (probe, "/file/bot"), 404, "description", "Not Found");
}

static void
test_verbs (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  OptSandboxReply *reply = opt_sandbox_probe_start (probe, "PUT", BOT "/getMe", NULL, NULL);

  opt_sandbox_probe_wait (reply);
  assert_answer (reply, 501, "description", "Not Implemented");
}

static void
test_tokens (void)
{
  static const char *const wrong[] = {
    "1",
    "123456789",
    "123456789:",
    "123456789:short",
    "0123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "x23456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "-23456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!",
    "18014398509481984:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "99999999999999999999999:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "123456789:"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  };
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) revoked = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *path = g_strdup_printf ("/bot%s/getMe", wrong[i]);

      assert_answer (opt_sandbox_probe_get (probe, path), 401, "description",
                     "Unauthorized: invalid token specified");
    }
  assert_answer (opt_sandbox_probe_get (
                   probe, "/bot18014398509481983:AAAAAAAAAAAAAAAAAAAAAAAAAAA_-AAAAAA/getMe"),
                 200, "result.id", "18014398509481983");

  revoked = opt_sandbox_probe_control (probe, "T/bot", "{'revoked':true}");
  opt_sandbox_reply_assert (revoked, "revoked", "true");
  assert_answer (opt_sandbox_probe_get (probe, BOT "/getMe"), 401, "description", "Unauthorized");
  assert_answer (opt_sandbox_probe_get (probe, "/file" BOT "/x"), 401, "description",
                 "Unauthorized");
}

static void
assert_text (OptSandboxReply *reply,
             const char      *text)
{
  assert_answer (reply, 200, "result.text", text);
}

static void
test_encodings (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  opt_sandbox_probe_say (probe, 1001, "hello");
  assert_text (opt_sandbox_probe_get (probe, BOT "/sendMessage?chat_id=1001&text=a+b%21%26%C3%A4"),
               "a b!&\xc3\xa4");
  assert_text (opt_sandbox_probe_post (probe, BOT "/sendMessage",
                                       "application/x-www-form-urlencoded",
                                       "chat_id=1001&text=100%25%zz&x&&=y"),
               "100%%zz");
  assert_text (opt_sandbox_probe_post (
                 probe, BOT "/sendMessage", "application/json; charset=utf-8",
                 " { \"chat_id\" : 1001 , \"text\" : \"\\u00e4\\ud83d\\ude00\\n\\\"\" } "),
               "\xc3\xa4\xf0\x9f\x98\x80\n\"");
  assert_text (opt_sandbox_probe_post (probe, BOT "/sendMessage?text=query", "application/json",
                                       "{\"chat_id\":\"1001\",\"text\":\"body\"}"),
               "query");
  assert_text (
    opt_sandbox_probe_post (probe, BOT "/sendMessage", "multipart/form-data; boundary=XX",
                            "--XX\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n"
                            "1001\r\n--XX\r\n"
                            "Content-Disposition: form-data; name=\"text\"\r\n\r\n"
                            "of two\r\nlines\r\n--XX--\r\n"),
    "of two\nlines");
  /* What is no string is taken as its text. */
  assert_text (opt_sandbox_probe_post (probe, BOT "/sendMessage", "application/json",
                                       "{\"chat_id\":1001,\"text\":12.50}"),
               "12.50");
}

static GBytes *
pack (const char           *text,
      GZlibCompressorFormat format)
{
  g_autoptr (GConverter) converter = G_CONVERTER (g_zlib_compressor_new (format, 9));
  g_autoptr (GInputStream) plain =
               g_memory_input_stream_new_from_data (text, (gssize)strlen (text), NULL);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (plain, converter);
  guint8 packed[1024];
  gsize  size = 0;

  g_assert_true (g_input_stream_read_all (stream, packed, sizeof packed, &size, NULL, NULL));
  return g_bytes_new (packed, size);
}

static OptSandboxReply *
post_packed (OptSandboxProbe *probe,
             const char      *encoding,
             GBytes          *body)
{
  g_autofree char *uri = g_strconcat (probe->root, BOT "/sendMessage", NULL);
  OptSandboxReply *reply = g_new0 (OptSandboxReply, 1);
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  reply->message = soup_message_new ("POST", uri);
  soup_message_set_request_body_from_bytes (reply->message, "application/json", body);
  soup_message_headers_append (soup_message_get_request_headers (reply->message),
                               "Content-Encoding", encoding);
  soup_session_send_and_read_async (probe->session, reply->message, G_PRIORITY_DEFAULT, NULL,
                                    opt_test_take_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  answer = soup_session_send_and_read_finish (probe->session, result, &error);
  g_assert_no_error (error);
  reply->is_done = TRUE;
  reply->status = soup_message_get_status (reply->message);
  reply->text = g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  reply->json = json_from_string (reply->text, NULL);
  return reply;
}

static void
test_content_encoding (void)
{
  static const char *const text = "{\"chat_id\":1001,\"text\":\"packed\"}";
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (GBytes) gzip = pack (text, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GBytes) deflate = pack (text, G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autoptr (GBytes) plain = g_bytes_new_static (text, strlen (text));

  opt_sandbox_probe_say (probe, 1001, "hello");
  assert_text (post_packed (probe, "gzip", gzip), "packed");
  assert_text (post_packed (probe, "deflate", deflate), "packed");
  assert_text (post_packed (probe, "identity", plain), "packed");
  assert_answer (post_packed (probe, "br", plain), 415, "description",
                 "Unsupported Media Type: unsupported content-encoding");
  assert_answer (post_packed (probe, "gzip", plain), 415, "error_code", "415");
}

typedef struct
{
  const char *body;
  const char *description;
} BadJson;

static void
test_bad_json (void)
{
  static const BadJson bad[] = {
    { "[]", "Bad Request: JSON object expected" },
    { "7", "Bad Request: JSON object expected" },
    { "{", "Bad Request: expected parameter name" },
    { "{x:1}", "Bad Request: can't parse parameter name" },
    { "{\"a", "Bad Request: can't parse parameter name" },
    { "{\"a\"}", "Bad Request: can't parse object, ':' expected" },
    { "{\"a\":}", "Bad Request: can't parse parameter value" },
    { "{\"a\":01}", "Bad Request: can't parse parameter value" },
    { "{\"a\":-}", "Bad Request: can't parse parameter value" },
    { "{\"a\":1.}", "Bad Request: can't parse parameter value" },
    { "{\"a\":1e}", "Bad Request: can't parse parameter value" },
    { "{\"a\":nul}", "Bad Request: can't parse parameter value" },
    { "{\"a\":\"\\x\"}", "Bad Request: can't parse parameter value" },
    { "{\"a\":\"\\u12\"}", "Bad Request: can't parse parameter value" },
    { "{\"a\":[1,]}", "Bad Request: can't parse parameter value" },
    { "{\"a\":{\"b\" 1}}", "Bad Request: can't parse parameter value" },
    { "{\"a\":{\"b\":1,}}", "Bad Request: can't parse parameter value" },
    { "{\"a\":1 \"b\":2}", "Bad Request: expected next field or object end" },
    { "{\"a\":1", "Bad Request: expected next field or object end" },
    { "{\"a\":1}x", "Bad Request: unexpected data after object end" },
  };
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_answer (opt_sandbox_probe_post (probe, BOT "/getMe", "application/json", bad[i].body),
                   400, "description", bad[i].description);
  assert_answer (opt_sandbox_probe_post (probe, BOT "/getMe", "application/json", "{}"), 200, "ok",
                 "true");
  assert_answer (opt_sandbox_probe_post (probe, BOT "/getMe", "application/json", " "), 200, "ok",
                 "true");
}

static char *
nest (guint depth)
{
  GString *out = g_string_new ("{\"a\":");

  for (guint i = 0; i < depth; i++)
    g_string_append_c (out, '[');
  for (guint i = 0; i < depth; i++)
    g_string_append_c (out, ']');
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

static void
test_hostile_json (void)
{
  static const char nul[] = "{\"chat_id\":1001,\"text\":\"a\0b\"}";
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autofree char *allowed = nest (100);
  g_autofree char *deep = nest (101);
  g_autofree char *abyss = nest (200000);
  g_autofree char *pit = nest (100000);
  g_autoptr (GBytes) with_nul = g_bytes_new_static (nul, sizeof nul - 1);
  OptSandboxReply *reply;

  assert_answer (opt_sandbox_probe_post (probe, BOT "/getMe", "application/json", allowed), 200,
                 "ok", "true");
  assert_answer (opt_sandbox_probe_post (probe, BOT "/getMe", "application/json", deep), 400,
                 "description", "Bad Request: can't parse parameter value");
  assert_answer (opt_sandbox_probe_post (probe, BOT "/getMe", "application/json", abyss), 400,
                 "description", "Bad Request: can't parse parameter value");
  assert_answer (opt_sandbox_probe_post (probe, "/sandbox/faults", "application/json", pit), 400,
                 "error.kind", "usage");

  reply = opt_sandbox_probe_start (probe, "POST", BOT "/sendMessage", "application/json", with_nul);
  opt_sandbox_probe_wait (reply);
  assert_answer (reply, 400, "description", "Bad Request: can't parse parameter value");

  /* An escaped NUL shows as a space, on its own and inside of what is parsed later. */
  opt_sandbox_probe_say (probe, 1001, "hello");
  assert_text (opt_sandbox_probe_call (probe, "sendMessage", "{'chat_id':1001,'text':'a\\u0000b'}"),
               "a b");
  assert_answer (
    opt_sandbox_probe_call (probe, "sendMessage",
                            "{'chat_id':1001,'text':'x','reply_markup':{'inline_keyboard':"
                            "[[{'text':'a\\u0000b','callback_data':'c'}]]}}"),
    200, "result.reply_markup.inline_keyboard.0.0.text", "a b");
  assert_text (opt_sandbox_probe_get (probe, BOT "/sendMessage?chat_id=1001&text=a%00b"), "a b");
}

static void
test_bad_utf8 (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  opt_sandbox_probe_say (probe, 1001, "hello");
  assert_answer (opt_sandbox_probe_post (probe, BOT "/sendMessage", "application/json",
                                         "{\"chat_id\":1001,\"text\":\"\xff\xfe\"}"),
                 400, "description", "Bad Request: strings must be encoded in UTF-8");
  assert_answer (opt_sandbox_probe_get (probe, BOT "/sendMessage?chat_id=1001&text=%C3"), 400,
                 "description", "Bad Request: strings must be encoded in UTF-8");
  assert_answer (opt_sandbox_probe_call (probe, "sendMessage", "{'chat_id':1001,'text':'\\ud800'}"),
                 400, "description", "Bad Request: strings must be encoded in UTF-8");
  assert_answer (opt_sandbox_probe_post (probe, BOT "/sendMessage", "application/json",
                                         "{\"chat_id\":1001,\"text\":\"x\",\"reply_markup\":"
                                         "{\"keyboard\":[[\"\xff\"]]}}"),
                 400, "description",
                 "Bad Request: can't parse reply keyboard markup JSON object");
  /* The journal shows it all the same. */
  assert_answer (opt_sandbox_probe_control (probe, "T/sent", NULL), 200, "calls.0.params.text",
                 "\xef\xbf\xbd\xef\xbf\xbd");
}

static void
test_too_large (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autofree char *params = g_strnfill ((1 << 20) + 1, 'x');
  g_autofree char *huge = g_malloc0 (65 * 1024 * 1024);
  g_autoptr (GBytes) body = g_bytes_new_static (huge, 65 * 1024 * 1024);
  OptSandboxReply *reply;

  assert_answer (
    opt_sandbox_probe_post (probe, BOT "/getMe", "application/x-www-form-urlencoded", params), 413,
    "description", "Request Entity Too Large: too many parameters");
  assert_answer (opt_sandbox_probe_post (probe, BOT "/getMe", "application/json", params), 413,
                 "description", "Request Entity Too Large: too many parameters");
  reply = opt_sandbox_probe_start (probe, "POST", BOT "/getMe", "application/json", body);
  opt_sandbox_probe_wait (reply);
  assert_answer (reply, 413, "description", "Request Entity Too Large");
}

typedef struct
{
  const char *boundary;
  const char *body;
  const char *description;
} BadMultipart;

static void
test_bad_multipart (void)
{
  static const BadMultipart bad[] = {
    { "", "x", "Bad Request: boundary not found" },
    { "; boundary=", "x", "Bad Request: boundary too big or empty" },
    { "; boundary=01234567890123456789012345678901234567890123456789012345678901234567890", "x",
      "Bad Request: boundary too big or empty" },
    { "; boundary=X", "x", "Bad Request: unexpected end of request content" },
    { "; boundary=X", "--X", "Bad Request: unexpected end of request content" },
    { "; boundary=X", "--X\r\n", "Bad Request: unexpected end of request content" },
    { "; boundary=X", "--X\r\n\r\n\r\na\r\n--X--",
      "Bad Request: headers in multipart/form-data are empty" },
    { "; boundary=X", "--X\r\nnonsense\r\n\r\na\r\n--X--",
      "Bad Request: can't parse form data headers" },
    { "; boundary=X", "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\na",
      "Bad Request: unexpected end of request content" },
    { "; boundary=X", "--X\r\nContent-Disposition: form-data; name=\"a\r\n\r\na\r\n--X--",
      "Bad Request: unclosed quoted string in Content-Disposition header" },
    { "; boundary=X", "--X\r\nContent-Disposition: form-data; name=\"a\"x\r\n\r\na\r\n--X--",
      "Bad Request: expected ';' in Content-Disposition header" },
    { "; boundary=X", "--X\r\nContent-Disposition: attachment; name=a\r\n\r\na\r\n--X--",
      "Bad Request: expected form-data content disposition" },
    { "; boundary=X", "--X\r\nContent-Disposition: form-data; x=y\r\n\r\na\r\n--X--",
      "Bad Request: field name in multipart/form-data not found" },
    { "; boundary=X", "--X\r\nContent-Type: text/plain\r\n\r\na\r\n--X--",
      "Bad Request: field name in multipart/form-data not found" },
  };
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *type = g_strconcat ("multipart/form-data", bad[i].boundary, NULL);

      assert_answer (opt_sandbox_probe_post (probe, BOT "/getMe", type, bad[i].body), 400,
                     "description", bad[i].description);
    }
}

static void
test_odd_multipart (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  opt_sandbox_probe_say (probe, 1001, "hello");
  /* A preamble, a quoted boundary, tokens, escapes, an empty value, no line end at the end. */
  assert_text (opt_sandbox_probe_post (
                 probe, BOT "/sendMessage", "multipart/form-data; charset=x; boundary=\"X Y\"",
                 "preamble\r\n--X Y\r\ncontent-disposition: form-data;name=chat_id\r\n\r\n1001\r\n"
                 "--X Y\r\nContent-Disposition: form-data; name=\"parse_mode\"\r\n\r\n\r\n"
                 "--X Y\r\nContent-Disposition: form-data; x=\"\\\"\" ; name=\"te%78t\"\r\n\r\n"
                 "a--X Y is no end\r\n--X Y--"),
               "a--X Y is no end");
  /* The case of the boundary's name doesn't matter, that of the boundary does. */
  assert_text (opt_sandbox_probe_post (
                 probe, BOT "/sendMessage?chat_id=1001", "Multipart/Form-Data; Boundary=Xy",
                 "--Xy\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n"
                 "a\r\n--xy\r\n--Xy--"),
               "a\n--xy");
}

static void
test_many_files (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (GString) body = g_string_new (NULL);

  for (guint i = 0; i < 51; i++)
    g_string_append_printf (
      body,
      "--X\r\nContent-Disposition: form-data; name=\"f%u\"; filename=\"f\"\r\n\r\n"
      "data\r\n",
      i);
  g_string_append (body, "--X--\r\n");
  assert_answer (
    opt_sandbox_probe_post (probe, BOT "/getMe", "multipart/form-data; boundary=X", body->str), 413,
    "description", "Request Entity Too Large: too many files attached");
}

static void
test_absurd_ids (void)
{
  static const char *const ids[] = { "99999999999999999999999", "-9223372036854775808",
                                     "9223372036854775807", "0x10",
                                     "1e3", "--1",
                                     "@", "@nobody_here" };
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *params = g_strdup_printf ("{'chat_id':'%s','text':'x'}", ids[i]);

      opt_sandbox_probe_assert_error (probe, "sendMessage", params, 400,
                                      "Bad Request: chat not found");
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/front/paths", test_paths);
  g_test_add_func ("/sandbox/front/verbs", test_verbs);
  g_test_add_func ("/sandbox/front/tokens", test_tokens);
  g_test_add_func ("/sandbox/front/encodings", test_encodings);
  g_test_add_func ("/sandbox/front/content-encoding", test_content_encoding);
  g_test_add_func ("/sandbox/front/bad-json", test_bad_json);
  g_test_add_func ("/sandbox/front/hostile-json", test_hostile_json);
  g_test_add_func ("/sandbox/front/bad-utf8", test_bad_utf8);
  g_test_add_func ("/sandbox/front/too-large", test_too_large);
  g_test_add_func ("/sandbox/front/bad-multipart", test_bad_multipart);
  g_test_add_func ("/sandbox/front/odd-multipart", test_odd_multipart);
  g_test_add_func ("/sandbox/front/many-files", test_many_files);
  g_test_add_func ("/sandbox/front/absurd-ids", test_absurd_ids);
  return g_test_run ();
}
