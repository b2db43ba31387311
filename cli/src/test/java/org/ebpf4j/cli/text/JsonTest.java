package org.ebpf4j.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.ebpf4j.error.BpfException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void writesFieldsInTheirOrder() {
    var line =
        Json.object(json ->
            json.put("file", "a.o")
                .put("type", null)
                .put("errno", 13)
                .putKnown("states", -1)
                .putKnown("insns", 0)
                .putSeconds("seconds", 1.5)
                .put("whole", true)
                .putJson("event", "{\"a\":[1]}"));

    assertThat(line)
        .isEqualTo(
            "{\"file\":\"a.o\",\"type\":null,\"errno\":13,\"states\":null,\"insns\":0,"
                + "\"seconds\":1.500000,\"whole\":true,\"event\":{\"a\":[1]}}");
  }

  @Test
  void escapesWhatCannotStandInALine() {
    assertThat(Json.quote("\"\\\n\r\t\0\u001b\u007f\u0085"))
        .isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0000\\u001B\\u007f\\u0085\"");
    assertThat(Json.quote("a\u2028b\u2029c")).isEqualTo("\"a\\u2028b\\u2029c\"");
  }

  @Test
  void escapesSurrogatesWithoutAPartnerOnly() {
    assertThat(Json.quote("\ud83d\ude00 ü")).isEqualTo("\"\ud83d\ude00 ü\"");
    assertThat(Json.quote("\ud83d")).isEqualTo("\"\\ud83d\"");
    assertThat(Json.quote("\ude00\ud83d")).isEqualTo("\"\\ude00\\ud83d\"");
    assertThat(Json.quote("\ud83d\ud83d\ude00")).isEqualTo("\"\\ud83d\ud83d\ude00\"");
  }

  @Test
  void readsBackEveryCharacterItWrote() {
    var all = new StringBuilder();
    for (int c = 0; c <= 0xffff; c++) {
      all.append((char) c).append(',');
    }
    var line = Json.object(json -> json.put("all", all.toString()));
    var bytes = line.getBytes(StandardCharsets.UTF_8);

    assertThat(Json.read(new String(bytes, StandardCharsets.UTF_8)))
        .isEqualTo(Map.of("all", all.toString()));
  }

  @Test
  void readsStringsNumbersAndTruthAndLeavesOutTheRest() {
    assertThat(
            Json.read(
                " { \"a\" : \"\\u00fC\\/\\b\\f\" , \"b\":-12,\"c\":1.5e3,\"d\":true,\"e\":null,"
                    + "\"f\":{\"x\":[1,{}]},\"g\":[],\"h\":false}\r"))
        .isEqualTo(Map.of("a", "ü/\b\f", "b", -12L, "c", 1500.0, "d", true, "h", false));
    assertThat(Json.read("{}")).isEmpty();
    assertThat(Json.read("{\"n\":1000000000000000000000}")).isEqualTo(Map.of("n", 1e21));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|column 1: no JSON: it is no object",
        "[]|column 1: no JSON: it is no object",
        "{|column 2: no JSON: Unexpected end-of-input",
        "{\"a\"}|column 5: no JSON: Unexpected character ('}'",
        "{\"a\":}|column 6: no JSON: Unexpected character ('}'",
        "{\"a\":01}|column 7: no JSON: Invalid numeric value: Leading zeroes",
        "{\"a\":1 \"b\":2}|column 8: no JSON: Unexpected character ('\"'",
        "{\"a\":1,}|column 8: no JSON: Unexpected character ('}'",
        "{\"a\":1} x|column 9: no JSON: Unrecognized token 'x'",
        "{\"a\":1} {}|column 10: no JSON: something follows the object",
        "{\"a\":\"x|column 8: no JSON: Unexpected end-of-input",
        "{\"a\":\"\\x\"}|column 8: no JSON: Unrecognized character escape",
        "{\"a\":\"\\u12g4\"}|column 11: no JSON: Unexpected character ('g'"
      })
  void saysWhereALineIsNoObject(String line, String problem) {
    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> Json.read(line))
        .withMessageStartingWith(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void readsNoDeeperThanItMust(String opening) {
    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> Json.read("{\"a\":" + opening.repeat(100_000)))
        .withMessageContaining("exceeds the maximum allowed (64");
  }
}
