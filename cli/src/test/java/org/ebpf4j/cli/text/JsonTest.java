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
        new Json.Writer()
            .put("file", "a.o")
            .put("type", null)
            .put("errno", 13)
            .putKnown("states", -1)
            .putKnown("insns", 0)
            .toString();

    assertThat(line)
        .isEqualTo("{\"file\":\"a.o\",\"type\":null,\"errno\":13,\"states\":null,\"insns\":0}");
  }

  @Test
  void escapesWhatCannotStandInALine() {
    assertThat(Json.quote("\"\\\n\r\t\0\u001b\u007f\u0085"))
        .isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0000\\u001b\\u007f\\u0085\"");
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
    var line = new Json.Writer().put(all.toString(), all.toString()).toString();
    var bytes = line.getBytes(StandardCharsets.UTF_8);

    assertThat(Json.read(new String(bytes, StandardCharsets.UTF_8)))
        .isEqualTo(Map.of(all.toString(), all.toString()));
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
        "``|column 1: no JSON: expected '{'",
        "[]|column 1: no JSON: expected '{'",
        "{|column 2: no JSON: expected '\"'",
        "{\"a\"}|column 5: no JSON: expected ':'",
        "{\"a\":}|column 6: no JSON: expected a value",
        "{\"a\":01}|column 6: no JSON: expected a value",
        "{\"a\":1 \"b\":2}|column 8: no JSON: expected '}'",
        "{\"a\":1,}|column 8: no JSON: expected '\"'",
        "{\"a\":1} x|column 9: no JSON: expected the end of the line",
        "{\"a\":\"x|column 8: no JSON: expected the end of the string",
        "{\"a\":\"\\x\"}|column 8: no JSON: expected one of",
        "{\"a\":\"\\u12g4\"}|column 11: no JSON: expected four hexadecimal digits"
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
        .withMessageContaining("at most 64 objects and arrays");
  }
}
