package org.ebpf4j.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.error.RelocationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymbolScanTest {
  private static final String TEXT =
      """
      0000000000000000 A fixed_percpu_data
      ffffffff81000000 T _stext
      ffffffff81000010 t helper
      ffffffff82000000 D jiffies
      ffffffff82000000 D jiffies
      ffffffff82000100 d hidden.llvm.1234567890
      ffffffff82000200 t function.llvm.42
      ffffffff82000300 b twice
      ffffffff82000400 b twice
      ffffffffc0000000 d module_data\t[module]
      ffffffffc0001000 t bpf_prog_6deef7357e7b4530_x\t[bpf]
      ffffffff82000500 d ärger
      """;

  private static SymbolScan.Addresses find(String text, String... names) throws IOException {
    return new SymbolScan(Set.of(names))
        .read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void findsWhatIsWanted() throws IOException {
    var found = find(TEXT, "_stext", "jiffies", "module_data", "missing", "ärger", "help");
    assertThat(found.byName())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "_stext", 0xffffffff81000000L,
                "jiffies", 0xffffffff82000000L,
                "module_data", 0xffffffffc0000000L,
                "ärger", 0xffffffff82000500L));
    assertThat(found.hidden()).isFalse();
  }

  @Test
  void readsToWhateverChunksComeIn() throws IOException {
    for (int size = 1; size < 100; size++) {
      var chunk = size;
      var stream =
          new ByteArrayInputStream(TEXT.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public int read(byte[] bytes, int offset, int length) {
              return super.read(bytes, offset, Math.min(chunk, length));
            }
          };
      assertThat(new SymbolScan(Set.of("jiffies", "ärger")).read(stream).byName())
          .containsOnlyKeys("jiffies", "ärger");
    }
  }

  @Test
  void passesSuffixOfCompilerOnData() throws IOException {
    assertThat(find(TEXT, "hidden").byName()).containsEntry("hidden", 0xffffffff82000100L);
    assertThat(find(TEXT, "function").byName()).isEmpty();
    assertThat(find(TEXT, "function.llvm.42").byName()).hasSize(1);
  }

  @Test
  void refusesNameOfSeveralThings() {
    assertThatThrownBy(() -> find(TEXT, "twice"))
        .isInstanceOf(RelocationException.class)
        .hasMessageContaining("'twice'")
        .hasMessageContaining("0xffffffff82000300")
        .hasMessageContaining("0xffffffff82000400");
  }

  @Test
  void seesThatAddressesAreHidden() throws IOException {
    var text = TEXT.replaceAll("(?m)^[0-9a-f]{16}", "0000000000000000");
    var found = find(text, "jiffies", "twice");
    assertThat(found.byName())
        .containsExactlyInAnyOrderEntriesOf(Map.of("jiffies", 0L, "twice", 0L));
    assertThat(found.hidden()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "ffffffff81000000",
        "ffffffff81000000 T",
        "ffffffff81000000 T ",
        "T _stext",
        "ffffffff81000000\tT _stext",
        "no address at all"
      })
  void passesOverWhatIsNoSymbol(String text) throws IOException {
    assertThat(find(text, "_stext", "").byName()).isEmpty();
  }

  @Test
  void readsLastLineWithoutItsEnd() throws IOException {
    assertThat(find("ffffffff81000000 T _stext", "_stext").byName()).hasSize(1);
  }

  /// Longer than what is read at once.
  @Test
  void comesToEndOfLineWithoutEnd() throws IOException {
    var text = "ffffffff81000000 T " + "x".repeat(300_000) + "\nffffffff81000001 T after\n";
    assertThat(find(text, "after").byName()).containsEntry("after", 0xffffffff81000001L);
  }
}
