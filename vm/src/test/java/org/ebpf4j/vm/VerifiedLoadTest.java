package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RunInput;
import org.ebpf4j.Verdict;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.load.ProgramVerifier;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.verifierlog.ProgramCode;
import org.ebpf4j.verifierlog.VerifierLog;
import org.junit.jupiter.api.Test;

/// Programs are verified when they are loaded.
class VerifiedLoadTest {
  private static final ObjectSpec NULL =
      ObjectSpec.read(TestObjects.file("failures/null_unchecked"));

  @Test
  void whatBreaksARuleIsRefusedAsByLinux() {
    try (var kernel = VirtualKernel.open()) {
      assertThatThrownBy(() -> kernel.load(NULL))
          .isInstanceOfSatisfying(
              VerifierException.class,
              refused -> {
                assertThat(refused.program()).isEqualTo("f");
                assertThat(refused)
                    .hasMessageContaining("R0 invalid mem access 'map_value_or_null'");
                assertThat(refused)
                    .hasMessageContaining("\n  try: ")
                    .hasMessageContaining("null_unchecked.bpf.c:16  *count += 1;")
                    .hasMessageContaining("by the rules of Linux ");
                assertThat(refused.instruction()).hasValue(7);
                assertThat(refused.sourceLine()).hasValue("null_unchecked.bpf.c:16  *count += 1;");
              });
      assertThat(kernel.programIds()).isEmpty();
      assertThat(kernel.mapIds()).isEmpty();
    }
  }

  @Test
  void theLogIsReadLikeThatOfAKernel() {
    try (var kernel = VirtualKernel.open()) {
      assertThatThrownBy(() -> kernel.load(NULL))
          .isInstanceOfSatisfying(
              VerifierException.class,
              refused -> {
                var read = new VerifierLog(refused.log()).explain(ProgramCode.UNKNOWN);
                assertThat(read.headline()).isEqualTo(refused.explanation().headline());
                assertThat(read.at().orElseThrow().instruction()).isEqualTo(7);
              });
    }
  }

  @Test
  void verificationIsSwitchedOff() {
    try (var kernel = VirtualKernel.builder().unverified().build();
        var object = kernel.load(NULL)) {
      var program = object.program("f");
      assertThat(program.verifierLog()).isEmpty();
      assertThatThrownBy(() -> program.run(RunInput.context(new byte[8])))
          .isInstanceOf(ProgramFaultException.class);
    }
  }

  @Test
  void whatIsRefusedIsAFailureAmongOthers() {
    try (var kernel = VirtualKernel.open();
        var object = kernel.load(NULL, LoadOptions.DEFAULT.withKeepGoing(true))) {
      assertThat(object.programs()).isEmpty();
      assertThat(object.failures().get("f")).isInstanceOf(VerifierException.class);
    }
  }

  @Test
  void verdictsAreThoseOfTheVerifier() {
    try (var kernel = VirtualKernel.open()) {
      var verdicts = new ArrayList<Verdict>();
      kernel.verify(NULL, LoadOptions.DEFAULT, verdicts::add);
      kernel.verify(
          ObjectSpec.read(TestObjects.example("hello/hello.bpf.o")),
          LoadOptions.DEFAULT,
          verdicts::add);
      assertThat(verdicts)
          .extracting(Verdict::outcome)
          .containsExactly(Verdict.Outcome.REJECTED, Verdict.Outcome.OK);
      assertThat(verdicts.getFirst().explanation().orElseThrow().headline())
          .contains("map_value_or_null");
      assertThat(verdicts.getLast().processed()).isPositive();
    }
  }

  /// A program that returns 7.
  private static ObjectSpec seven() {
    var code =
        Instructions.assemble(
            new Instruction.LoadImmediate64(Register.R0, 7), new Instruction.Exit());
    return ObjectSpec.builder("seven")
        .license("GPL")
        .program(ProgramSpec.builder("seven", code).ofSection("raw_tp/x").build())
        .build();
  }

  @Test
  void whatTheVerifierCannotFollowIsLoadedAndTold() {
    try (var kernel =
            VirtualKernel.builder()
                .verifier(candidate -> new ProgramVerifier.GaveUp("it is too strange"))
                .build();
        var object = kernel.load(seven())) {
      assertThat(object.unverified())
          .containsExactly(java.util.Map.entry("seven", "it is too strange"));
      var program = object.program("seven");
      assertThat(program.verifierLog()).isEqualTo("gave up: it is too strange\n");
      assertThat(program.run(RunInput.context(new byte[8])).returnValue()).isEqualTo(7);
    }
  }

  @Test
  void theRulesAreThoseOfTheVersion() {
    var asked = new ArrayList<Integer>();
    ProgramVerifier noting =
        candidate -> {
          asked.add(candidate.versionCode());
          return new ProgramVerifier.Accepted(2, 0);
        };
    for (var builder :
        new VirtualKernelBuilder[] {
          VirtualKernel.builder(), VirtualKernel.builder().version(5, 10, 3)
        }) {
      try (var kernel = builder.verifier(noting).build();
          var object = kernel.load(seven())) {
        assertThat(object.unverified()).isEmpty();
        assertThat(object.program("seven").verifierLog())
            .isEqualTo("processed 2 insns, 0 states\n");
      }
    }
    assertThat(asked).containsExactly(0, 5 << 16 | 10 << 8 | 3);
  }
}
