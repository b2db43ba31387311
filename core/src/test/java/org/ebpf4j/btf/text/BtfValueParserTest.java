package org.ebpf4j.btf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.Kind;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Values from text, and as JSON for many of them.
class BtfValueParserTest {
  private static final Btf TYPES =
      ObjectSpec.read(TestObjects.file("map_zoo")).types().orElseThrow();
  private static final int VALUE = TYPES.ids("value")[0];
  private static final BtfValueParser PARSER = new BtfValueParser(TYPES, ByteOrder.nativeOrder());
  private static final BtfValuePrinter LINE =
      new BtfValuePrinter(TYPES, ByteOrder.nativeOrder(), BtfValuePrinter.Style.LINE)
          .withAddresses();
  private static final BtfValuePrinter JSON =
      new BtfValuePrinter(TYPES, ByteOrder.nativeOrder(), BtfValuePrinter.Style.JSON)
          .withAddresses();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "hits; 18446744073709551615; .hits = 18446744073709551615",
        "hits; 0x10; .hits = 16",
        "delta; -5; .delta = -5",
        "delta; 0xffffffff; .delta = -1",
        "kind; KIND_CLOSE; .kind = KIND_CLOSE",
        "kind; 1; .kind = KIND_OPEN",
        "address; 192.0.2.7; .address = 192.0.2.7",
        "port; 443; .port = 443",
        "on; true; .on = true",
        "tag; abc; .tag = \"abc\"",
        "tag; \"a b\"; .tag = \"a b\"",
        "slots; [1, 2]; .slots = { 1, 2, 0 }",
        "slots[2]; 9; .slots = { 0, 0, 9 }",
        "bits.high; 31; .bits = { .low = 0, .high = 31 }",
        "bits; {low=1, high=2}; .bits = { .low = 1, .high = 2 }",
        "number; 16909060; .number = 16909060",
      })
  void aPartIsWritten(String path, String text, String shown) {
    var bytes = new byte[(int) TYPES.size(VALUE)];
    PARSER.set(bytes, ValuePlace.find(TYPES, VALUE, path), text);
    assertThat(LINE.print(VALUE, bytes, 0)).contains(shown);
    // And no other part.
    PARSER.set(bytes, ValuePlace.of(VALUE), "{ .delta = 77 }");
    assertThat(LINE.print(VALUE, bytes, 0)).contains(".delta = 77");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hits=-1",
        "hits=x",
        "hits=18446744073709551616",
        "delta=2147483648",
        "on=2",
        "tag=too long",
        "slots=[1,2,3,4]",
        "slots[3]=1",
        "slots=1",
        "bits.low=8",
        "port=65536",
        "address=name.example",
        "bits=7",
        "kind.x=1",
        "slots=[1,2",
        "bits={low}",
      })
  void whatFitsNotIsRefused(String assignment) {
    var equals = assignment.indexOf('=');
    var bytes = new byte[(int) TYPES.size(VALUE)];
    assertThatThrownBy(() ->
            PARSER.set(
                bytes,
                ValuePlace.find(TYPES, VALUE, assignment.substring(0, equals)),
                assignment.substring(equals + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'");
  }

  @Test
  void namesThatAreNotThereComeWithThoseThatAre() {
    assertThatThrownBy(() -> ValuePlace.find(TYPES, VALUE, "hit"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("hits");
    assertThatThrownBy(() -> PARSER.parse(VALUE, "{kind=KIND_OPN}"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("KIND_OPEN");
  }

  /// What is printed in either style is read as the same value.
  @Test
  void whatIsPrintedIsReadAgain() {
    var random = new Random(7);
    for (int round = 0; round < 500; round++) {
      var bytes = new byte[(int) TYPES.size(VALUE)];
      random.nextBytes(bytes);
      for (var printer : List.of(LINE, JSON)) {
        var text = printer.print(VALUE, bytes, 0);
        if (text.contains("\ufffd") || text.contains("\\x")) {
          // Bytes that are no text.
          continue;
        }
        var read = PARSER.parse(VALUE, text);
        assertThat(printer.print(VALUE, read, 0)).isEqualTo(text);
      }
    }
  }

  /// The encoder of many values writes what the printer of one prints.
  @ParameterizedTest
  @ValueSource(strings = {"map_zoo", "codecs", "ring_events", "core_types"})
  void manyValuesAreWrittenAsOneIs(String object) {
    var types = ObjectSpec.read(TestObjects.file(object)).types().orElseThrow();
    var printer =
        new BtfValuePrinter(types, ByteOrder.nativeOrder(), BtfValuePrinter.Style.JSON)
            .withAddresses();
    var random = new Random(11);
    var seen = 0;
    for (int id = 1; id < types.typeCount(); id++) {
      var kind = types.kind(types.resolve(id));
      if (kind != Kind.STRUCT && kind != Kind.UNION && kind != Kind.INT && kind != Kind.ARRAY) {
        continue;
      }
      var size = (int) types.size(id);
      var encoder = new BtfJsonEncoder(types, id);
      for (int round = 0; round < 20; round++) {
        var bytes = new byte[size + 3];
        random.nextBytes(bytes);
        if (round % 2 == 0) {
          // Text with a shape.
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ((bytes[i] & 0x1f) | 0x40);
          }
        }
        var text = new ByteText();
        encoder.write(bytes, 3, text);
        assertThat(text.toString()).isEqualTo(SafeText.line(printer.print(id, bytes, 3)));
        seen++;
      }
    }
    assertThat(seen).isPositive();
  }
}
