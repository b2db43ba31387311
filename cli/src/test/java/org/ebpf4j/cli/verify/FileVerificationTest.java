package org.ebpf4j.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.Verdict;
import org.ebpf4j.cli.process.Failure;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FileVerificationTest {
  private final List<Throwable> faults = new ArrayList<>();
  private final String file = TestObjects.example("sections/cgroup.bpf.o").toString();
  private final List<String> programs =
      ObjectSpec.read(Path.of(file)).programs().stream().map(p -> p.name()).toList();

  private FileVerification verification(FileVerification.Kernel kernel) {
    return new FileVerification(name -> ObjectSpec.read(Path.of(name)), kernel, faults::add);
  }

  static List<Throwable> faults() {
    return List.of(
        new IllegalStateException("odd"),
        new StackOverflowError(),
        new OutOfMemoryError("heap"),
        new AssertionError("no"));
  }

  private static void sneak(Throwable e) {
    switch (e) {
      case RuntimeException r -> throw r;
      case Error r -> throw r;
      default -> throw new IllegalArgumentException(e);
    }
  }

  @Test
  void givesTheVerdictsOfTheKernel() {
    var verdicts =
        verification((spec, to) -> spec.programs().forEach(p -> to.accept(Verdicts.ok(p.name()))))
            .verify(file);

    assertThat(verdicts).extracting(v -> v.verdict().program()).isEqualTo(programs);
    assertThat(verdicts).allMatch(FileVerdict::ok).allMatch(v -> v.file().equals(file));
  }

  @Test
  void aFileThatCannotBeOpenedIsOneVerdict() {
    var verdicts = verification((_, _) -> {}).verify("/nowhere/x.o");

    assertThat(verdicts).hasSize(1);
    assertThat(verdicts.getFirst().stage()).isEqualTo("open");
    assertThat(verdicts.getFirst().verdict().message())
        .startsWith("/nowhere/x.o: no such file\n  try: ");
    assertThat(faults).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultInReadingIsAVerdict(Throwable fault) {
    var verdicts =
        new FileVerification(
                _ -> {
                  sneak(fault);
                  throw new IllegalStateException();
                },
                (_, _) -> {},
                faults::add)
            .verify(file);

    assertThat(verdicts).hasSize(1);
    assertThat(verdicts.getFirst().stage()).isEqualTo("open");
    assertThat(verdicts.getFirst().verdict().message()).isEqualTo(Failure.describe(fault));
    assertThat(faults).containsExactly(fault);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultHidesNoProgram(Throwable fault) {
    var verdicts =
        verification(
                (spec, to) -> {
                  to.accept(Verdicts.ok(spec.programs().getFirst().name()));
                  sneak(fault);
                })
            .verify(file);

    assertThat(verdicts).extracting(v -> v.verdict().program()).isEqualTo(programs);
    assertThat(verdicts.getFirst().ok()).isTrue();
    assertThat(verdicts.subList(1, verdicts.size()))
        .isNotEmpty()
        .allMatch(v -> v.verdict().outcome() == Verdict.Outcome.ERROR)
        .allMatch(v -> v.verdict().message().contains(Failure.describe(fault)));
    assertThat(verdicts.get(1).verdict().message()).startsWith(Failure.describe(fault));
    assertThat(faults).containsExactly(fault);
  }

  @Test
  void anErrorOfOursIsNoFault() {
    var verdicts =
        verification(
                (_, _) -> {
                  throw new BpfException("no types");
                })
            .verify(file);

    assertThat(verdicts).hasSameSizeAs(programs);
    assertThat(verdicts.getFirst().verdict().message()).isEqualTo("no types");
    assertThat(faults).isEmpty();
  }
}
