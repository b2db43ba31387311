package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.linux.internal.host.KernelBtf;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Addresses, variables and functions of the kernel that programs use.
@KernelTest
class LoadedSymbolsTest {
  private final LinuxKernel kernel = LinuxKernel.open();

  private static OptionalLong address(String symbol) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/kallsyms"))) {
      return lines
          .map(line -> line.split("\\s+"))
          .filter(words -> words.length >= 3 && words[2].equals(symbol))
          .mapToLong(words -> Long.parseUnsignedLong(words[0], 16))
          .findFirst();
    }
  }

  @Test
  void symbolWithoutTypeIsItsAddress() throws IOException {
    try (var object = kernel.load(Run.spec("load_ksyms"))) {
      Run.once(object, "look");
      assertThat(object.variable("address").get()).isEqualTo(address("vfs_read").orElseThrow());
    }
  }

  @Test
  void weakOneThatIsMissingIsZeroAndNotCalled() {
    try (var object = kernel.load(Run.spec("load_ksyms"))) {
      assertThat(object.variable("missing_address").get()).isEqualTo(1);
      Run.once(object, "look");
      assertThat(object.variable("missing_address").get()).isZero();
      assertThat(object.variable("missing_variable").get()).isEqualTo(77);
      assertThat(object.variable("missing_function").get()).isEqualTo(78);
    }
  }

  @Test
  void variableWithTypeIsTheKernelsOwn() throws IOException {
    assumeTrue(address("runqueues").isPresent(), "the kernel tells no addresses of variables");
    assumeTrue(
        KernelBtf.running().ids("runqueues").length > 0, "the kernel's types have no variables");
    try (var object = kernel.load(Run.spec("load_percpu"))) {
      Run.once(object, "look");
      assertThat(object.variable("own_cpu").get())
          .isEqualTo(object.variable("asked_cpu").get())
          .isNotNegative();
      assertThat(object.variable("first_cpu").get()).isZero();
      assertThat(object.variable("beyond").get()).isZero();
    }
  }

  @Test
  void eachProgramFailsForWhatItAloneMisses() {
    var options = LoadOptions.DEFAULT.withKeepGoing(true);
    try (var object = kernel.load(Run.spec("load_ksyms_missing"), options)) {
      assertThat(Run.once(object, "nothing")).isEqualTo(5);
      assertThat(object.programs()).hasSize(1);
      var failures = object.failures();
      assertThat(failures).containsOnlyKeys("symbol", "variable", "function", "unguarded");
      assertThat(failures.get("symbol"))
          .isInstanceOf(RelocationException.class)
          .hasMessageContaining("program 'symbol'")
          .hasMessageContaining("'ebpf4j_strong_symbol'")
          .hasMessageContaining("/proc/kallsyms");
      assertThat(failures.get("variable"))
          .isInstanceOf(RelocationException.class)
          .hasMessageContaining("program 'variable'")
          .hasMessageContaining("'ebpf4j_strong_variable'");
      assertThat(failures.get("function"))
          .isInstanceOf(RelocationException.class)
          .hasMessageContaining("program 'function'")
          .hasMessageContaining("'ebpf4j_strong_function'");
      assertThat(failures.get("unguarded"))
          .isInstanceOf(VerifierException.class)
          .hasMessageStartingWith("function 'ebpf4j_weak_function' is not in this kernel")
          .hasMessageContaining("load_ksyms_missing.bpf.c:");
    }
  }

  @Test
  void objectFailsForSymbolThatIsMissing() {
    var spec = Run.spec("load_ksyms_missing");
    assertThat(catchThrowableOfType(RelocationException.class, () -> kernel.load(spec).close()))
        .hasMessageContaining("ebpf4j_strong_symbol");
  }

  @Test
  @RequiresKernel(value = "6.4", because = "asking whether a function is there")
  void callsFunctionOfTheKernel() {
    try (var object = kernel.load(Run.spec("load_kfuncs"))) {
      assertThat(Run.onPacket(object, "call")).isZero();
      assertThat(object.variable("pid").get()).isEqualTo(2);
      assertThat(object.variable("flavoured").get()).isEqualTo(2);
    }
  }

  @Test
  @RequiresKernel(value = "5.13", because = "functions of the kernel")
  void callsTestFunctionOfTheKernel() {
    assumeTrue(KernelRelease.running().isBefore(6, 4), "bpf_kfunc_call_test2 went to a module");
    try (var object = kernel.load(Run.spec("load_kfunc_test"))) {
      assertThat(Run.onPacket(object, "call")).isEqualTo(23);
    }
  }

  private LinuxObject load(String program) {
    return kernel.load(Runs.only(Run.spec("load_module"), program));
  }

  @Test
  @RequiresKernel(value = "6.0", because = "functions that put in connections")
  void callsFunctionsOfModule() throws IOException {
    // The module nf_conntrack, or a kernel that has it built in.
    assumeTrue(address("bpf_skb_ct_alloc").isPresent(), "the kernel tracks no connections");
    try (var object = load("track")) {
      assertThat(Run.onPacket(object, "track")).isZero();
      assertThat(object.variable("before").get()).isEqualTo(-Errno.ENOENT);
      assertThat(object.variable("inserted").get()).isEqualTo(1);
      assertThat(object.variable("after").get()).isZero();
    }
  }

  /// What a per-CPU variable's address is to its symbol is the same for all variables.
  @Test
  @RequiresKernel(value = "5.12", because = "variables of modules")
  void variableOfModuleIsItsOwn() throws IOException {
    assumeTrue(
        Files.exists(Path.of("/sys/kernel/btf/x_tables")),
        "no module x_tables with types is loaded");
    try (var object = load("look")) {
      Run.once(object, "look");
      assertThat(object.variable("of_module").get() - address("xt_recseq").orElseThrow())
          .isEqualTo(object.variable("of_kernel").get() - address("runqueues").orElseThrow());
      assertThat(object.variable("beyond").get()).isZero();
    }
  }
}
