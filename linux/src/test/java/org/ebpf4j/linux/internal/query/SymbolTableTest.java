package org.ebpf4j.linux.internal.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Stream;
import org.ebpf4j.linux.internal.host.KernelSymbols.Symbol;
import org.junit.jupiter.api.Test;

class SymbolTableTest {
  private static final String[] LINES = {
    "ffffffff81000000 T first",
    "ffffffff81000000 t alias",
    "ffffffff81000100 D data",
    "ffffffff81000200 t second",
    "ffffffffc0000000 t in_module\t[nf_conntrack]",
    "0000000000000000 T hidden"
  };

  private static SymbolTable of(long... addresses) {
    var wanted = Set.copyOf(java.util.Arrays.stream(addresses).boxed().toList());
    return SymbolTable.of(Stream.of(LINES), wanted);
  }

  @Test
  void startsAndInsidesAreFound() {
    var table = of(0xffffffff81000000L, 0xffffffff81000104L, 0xffffffff81000204L);
    assertThat(table.at(0xffffffff81000000L)).map(Symbol::name).contains("first");
    assertThat(table.at(0xffffffff81000104L)).map(Symbol::name).contains("first");
    assertThat(table.at(0xffffffff81000204L)).map(Symbol::name).contains("second");
  }

  @Test
  void severalInsidesOfOneFunctionAreFound() {
    var table = of(0xffffffff81000004L, 0xffffffff81000008L);
    assertThat(table.at(0xffffffff81000004L)).map(Symbol::name).contains("first");
    assertThat(table.at(0xffffffff81000008L)).map(Symbol::name).contains("first");
  }

  @Test
  void modulesAreNamed() {
    var symbol = of(0xffffffffc0000010L).at(0xffffffffc0000010L).orElseThrow();
    assertThat(symbol.module()).isEqualTo("nf_conntrack");
    assertThat(symbol.address()).isEqualTo(0xffffffffc0000000L);
  }

  @Test
  void nothingIsFoundWhereNoFunctionIsNear() {
    assertThat(of(0xffffffff90000000L).at(0xffffffff90000000L)).isEmpty();
    assertThat(of(0x1000L).at(0x1000L)).isEmpty();
    assertThat(of(0).at(0)).isEmpty();
  }
}
