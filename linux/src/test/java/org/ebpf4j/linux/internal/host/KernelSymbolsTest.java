package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KernelSymbolsTest {
  @Test
  void readsFunctionsOfKernelAndModules() {
    assertThat(
            KernelSymbols.parse(
                List.of(
                    "ffffffff81000000 T _stext",
                    "ffffffff81000010 t do_one_initcall",
                    "0000000000000000 W weak",
                    "ffffffffc0000000 t nf_hook\t[nf_tables]",
                    "ffffffffc0001000 t bpf_prog_6deef7357e7b4530_x\t[bpf]")))
        .containsExactlyInAnyOrder(
            "_stext", "do_one_initcall", "weak", "nf_hook", "bpf_prog_6deef7357e7b4530_x");
  }

  @Test
  void passesOverDataAndWhatIsNoSymbol() {
    assertThat(
            KernelSymbols.parse(
                List.of(
                    "ffffffff82000000 D jiffies",
                    "ffffffff82000000 b bss",
                    "ffffffff82000000 A absolute",
                    "",
                    "ffffffff82000000",
                    "ffffffff82000000 T",
                    "ffffffff82000000 T ")))
        .isEmpty();
  }

  @Test
  void findsSymbolsOfThisKernel() throws IOException {
    var file = Path.of("/proc/kallsyms");
    assumeTrue(Files.isReadable(file), "the kernel shows no symbols");
    var found = KernelSymbols.addresses(Set.of("bpf_prog_put", "no such symbol"));
    assertThat(found.byName()).containsOnlyKeys("bpf_prog_put");
    var line =
        Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
            .filter(l -> l.endsWith(" T bpf_prog_put"))
            .findFirst()
            .orElseThrow();
    assertThat(found.byName())
        .containsEntry(
            "bpf_prog_put", Long.parseUnsignedLong(line.substring(0, line.indexOf(' ')), 16));
  }

  @Test
  void findsAllSymbolsOfAName() {
    var lines =
        List.of(
            "ffffffff81000010 t init",
            "ffffffff81000020 t init_module",
            "ffffffff82000000 d init",
            "ffffffffc0000000 t init\t[nf_tables]",
            "ffffffffc0000000 t");
    var found = KernelSymbols.named(lines.stream(), "init", "");
    assertThat(found)
        .extracting(KernelSymbols.Symbol::qualified)
        .containsExactly("init", "init", "nf_tables:init");
    assertThat(found)
        .extracting(KernelSymbols.Symbol::isFunction)
        .containsExactly(true, false, true);
    assertThat(KernelSymbols.named(lines.stream(), "init", "nf_tables"))
        .containsExactly(new KernelSymbols.Symbol(0xffffffffc0000000L, 't', "init", "nf_tables"));
  }

  @Test
  void whatIsOutsideOfTheCodeIsNoFunction() throws IOException {
    var file = Path.of("/proc/kallsyms");
    assumeTrue(Files.isReadable(file), "the kernel shows no symbols");
    var known = KernelSymbols.named("_etext", "").stream().mapToLong(s -> s.address()).max();
    assumeTrue(known.orElse(0) != 0, "the kernel shows no addresses");
    assertThat(KernelSymbols.named("bpf_prog_put", ""))
        .isNotEmpty()
        .allMatch(KernelSymbols::isCode);
    var behind = new KernelSymbols.Symbol(known.getAsLong(), 'T', "alias", "");
    assertThat(behind.isFunction()).isTrue();
    assertThat(KernelSymbols.isCode(behind)).isFalse();
    assertThat(KernelSymbols.isCode(new KernelSymbols.Symbol(0, 'T', "hidden", ""))).isTrue();
    assertThat(KernelSymbols.isCode(new KernelSymbols.Symbol(1, 't', "other", "module"))).isTrue();
  }
}
