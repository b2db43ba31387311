package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.ebpf4j.linux.Refused.refused;

import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import org.ebpf4j.BpfMap;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.verifierlog.Explanation;
import org.ebpf4j.verifierlog.Explanation.Kind;
import org.ebpf4j.verifierlog.SourceLine;
import org.junit.jupiter.api.Test;

/// What a user is told when something cannot be loaded, and that nothing of it is left in the
/// kernel.
@KernelTest
class LoadErrorsTest {

  private final LinuxKernel kernel = LinuxKernel.open();

  private static ObjectSpec spec(String name) {
    return ObjectSpec.read(name + ".bpf.o", TestObjects.bytes(name));
  }

  private <E extends BpfException> E loadRefused(Class<E> type, String name) {
    return refused(type, () -> kernel.load(spec(name)).close());
  }

  // The verifier says no.

  @Test
  void namesMissingLicense() {
    var failure = loadRefused(VerifierException.class, "bad_license");
    assertThat(failure)
        .hasMessageStartingWith("cannot call GPL-restricted function")
        .hasMessageContaining("\n  in program 'bad_license' (raw_tracepoint), rejected with EINVAL")
        .hasMessageContaining("at bad_license.bpf.c:11  bpf_trace_printk(text, sizeof(text));")
        .hasMessageContaining("char _license[] SEC(\"license\") = \"GPL\"");
    kernel.load(spec("bad_license").withLicense("GPL")).close();
  }

  @Test
  void tellsLineOfMissingNullCheck() {
    var failure = loadRefused(VerifierException.class, "bad_null");
    var lines = String.valueOf(failure.getMessage()).lines().toList();
    assertThat(lines).hasSize(8);
    assertThat(lines.get(0)).startsWith("R0 invalid mem access 'map_value_or_null'");
    assertThat(lines.get(1))
        .startsWith("  try: compare the result of bpf_map_lookup_elem with null before using it");
    assertThat(lines.get(2)).isEqualTo("  at bad_null.bpf.c:19  *count += 1;");
    assertThat(lines.get(3)).matches(" +\\^ r0 is the value of .*, or null");
    assertThat(lines.get(3).indexOf('^')).isEqualTo(lines.get(2).indexOf("+= 1"));
    assertThat(lines.get(4))
        .startsWith("  from bad_null.bpf.c:")
        .contains("= bpf_map_lookup_elem(");
    assertThat(lines.get(5)).matches(" +\\^ r0 is what bpf_map_lookup_elem gives.*");
    assertThat(lines.get(5).indexOf('^')).isEqualTo(lines.get(4).indexOf("bpf_map_lookup_elem"));
    assertThat(lines.get(6))
        .matches("  at instruction \\d+: \\([0-9a-f]{2}\\) r1 = .*\\(r0 \\+ ?0\\)");
    assertThat(lines.get(7))
        .isEqualTo("  in program 'bad_null' (raw_tracepoint), rejected with EACCES");
    var why = failure.explanation();
    assertThat(why.register().map(Explanation.Register::name)).contains("r0");
    assertThat(why.path()).extracting(Explanation.Step::kind).containsExactly(Kind.ORIGIN);
    assertThat(why.whole()).isTrue();
    assertThat(why.source()).extracting(SourceLine::line).contains(17, 19);
    assertThat(failure.program()).isEqualTo("bad_null");
    assertThat(failure.errno()).isEqualTo(Errno.EACCES);
    assertThat(failure.command()).isEqualTo("PROG_LOAD");
    assertThat(failure.instruction()).isPresent();
    assertThat(failure.sourceLine()).contains("bad_null.bpf.c:19  *count += 1;");
    assertThat(failure.log())
        .contains("call bpf_map_lookup_elem#1", lines.getFirst())
        .containsPattern("(?m)^processed \\d+ insns");
  }

  @Test
  void namesUnknownHelper() {
    var failure = loadRefused(VerifierException.class, "bad_helper");
    assertThat(failure)
        .hasMessageStartingWith("invalid func unknown#4711")
        .hasMessageContaining("try: this kernel has no helper of that number");
  }

  @Test
  void freesMapsAndFirstProgramWhenSecondIsRejected() {
    var failure = loadRefused(VerifierException.class, "bad_second");
    assertThat(failure.program()).isEqualTo("bad_second_2");
    assertThat(failure).hasMessageContaining("in program 'bad_second_2'");
    // What is wrong with one program does not keep the other from being loaded alone.
    try (var object = kernel.load(spec("bad_second").withoutProgram("bad_second_2"))) {
      assertThat(object.programs()).hasSize(1);
    }
  }

  /// Whoever watches the steps may fail at any of them.
  @Test
  void leavesNothingWhenWatcherOfStepsFails() {
    var steps = new AtomicInteger();
    LinuxKernel.open(_ -> steps.incrementAndGet()).load(spec("bad_pair")).close();
    // The last three are those of closing a map and two programs.
    for (int n = 1; n <= steps.get() - 3; n++) {
      var left = new AtomicInteger(n);
      var watched =
          LinuxKernel.open(_ -> {
            if (left.decrementAndGet() == 0) {
              throw new BpfException("enough");
            }
          });
      assertThat(refused(BpfException.class, () -> watched.load(spec("bad_pair")).close()))
          .hasMessage("enough");
    }
  }

  // Objects that cannot be loaded.

  @Test
  void offersSectionNamesNearUnknownOne() {
    var failure = loadRefused(NotFoundException.class, "bad_section");
    assertThat(failure)
        .hasMessageStartingWith(
            "no program type for section 'tracepiont/task/task_rename'; near it: ");
    assertThat(failure.nearest()).contains("tracepoint/task/task_rename");
  }

  @Test
  void namesFieldThatKernelLacks() {
    var failure = loadRefused(VerifierException.class, "bad_core");
    assertThat(failure)
        .hasMessageStartingWith(
            "field 'no_such_field' of struct task_struct (0:1) does not exist in the kernel: struct"
                + " task_struct has no member 'no_such_field'\n"
                + "  try: use it only if bpf_core_field_exists(")
        .hasMessageContaining("\n  in program 'bad_core' (raw_tracepoint), rejected with EINVAL\n")
        .hasMessageContaining("\n  the verifier says: invalid func unknown#195896080")
        .hasMessageContaining("at bad_core.bpf.c:");
  }

  @Test
  void refusesObjectOfOtherByteOrder() {
    var failure = loadRefused(BpfException.class, "bad_order");
    assertThat(failure)
        .hasMessageStartingWith("bad_order was compiled for ")
        .hasMessageContaining(ByteOrder.nativeOrder() + "; compile it with -target bpf");
  }

  @Test
  void namesSizesThatKernelTakesNoMapOf() {
    expectImpossible(
        MapSpec.of("bad_sizes", MapType.HASH, 0, 8, 4),
        "a hash has keys, and it has keys of 0 bytes");
    expectImpossible(MapSpec.of("bad_sizes", MapType.HASH, 4, 0, 4), "values of 0 bytes");
    expectImpossible(MapSpec.of("bad_sizes", MapType.HASH, 4, 8, 0), "it has no max_entries");
    expectImpossible(MapSpec.of("bad_sizes", MapType.ARRAY, 8, 8, 4), "it has keys of 8 bytes");
    expectImpossible(MapSpec.of("bad_sizes", MapType.RINGBUF, 0, 0, 0), "it has no max_entries");
  }

  private void expectImpossible(MapSpec spec, String words) {
    var failure = refused(KernelException.class, () -> kernel.createMap(spec).close());
    assertThat(failure.errno()).isEqualTo(Errno.EINVAL);
    assertThat(failure)
        .hasMessageStartingWith("map 'bad_sizes': ")
        .hasMessageContaining(words)
        .hasMessageContaining(" (MAP_CREATE: EINVAL)\n  try: ");
  }

  @Test
  void refusesMapThatIsTooLarge() {
    var spec = MapSpec.of("bad_sizes", MapType.ARRAY, 4, 1 << 20, 0xffff_ffffL);
    var failure = refused(KernelException.class, () -> kernel.createMap(spec).close());
    assertThat(failure.errno()).isIn(Errno.E2BIG, Errno.ENOMEM);
    assertThat(failure)
        .hasMessageStartingWith("map 'bad_sizes': it ")
        .hasMessageContaining("\n  try: give it fewer");
  }

  @Test
  void refusesNumberOfEntriesThatDoesNotFit() {
    var spec = MapSpec.of("bad_sizes", MapType.ARRAY, 4, 8, (1L << 32) + 1);
    assertThat(refused(BpfException.class, () -> kernel.createMap(spec).close()))
        .hasMessageContaining("map 'bad_sizes'")
        .hasMessageContaining("4294967297 entries");
  }

  @Test
  void namesMapThatIsFull() {
    var spec = MapSpec.of("bad_full", MapType.HASH, 4, 8, 1);
    try (var map = kernel.createMap(spec)) {
      map.update(Words.u32(1), Words.u64(1), BpfMap.Update.ANY);
      var failure =
          catchThrowableOfType(
              KernelException.class,
              () -> map.update(Words.u32(2), Words.u64(2), BpfMap.Update.ANY));
      assertThat(failure.errno()).isEqualTo(Errno.E2BIG);
      assertThat(failure).hasMessageContaining("map 'bad_full': MAP_UPDATE_ELEM: E2BIG");
      assertThat(map.lookup(Words.u32(2))).isEmpty();
    }
  }
}
