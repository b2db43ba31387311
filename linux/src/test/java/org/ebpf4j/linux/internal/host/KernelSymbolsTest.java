package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
}
