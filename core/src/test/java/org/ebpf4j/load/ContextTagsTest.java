package org.ebpf4j.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// Parameters that are the context by their tag, for kernels that do not know the tag.
final class ContextTagsTest {
  private final ObjectSpec spec =
      ObjectSpec.read("code_context.bpf.o", TestObjects.bytes("code_context"));

  private static Btf types(ObjectSpec spec) {
    return spec.types().orElseThrow();
  }

  private static ObjectSpec replace(ObjectSpec spec) {
    return ContextTags.replace(spec, "pt_regs", _ -> true);
  }

  /// The functions of a program with what their parameters point to.
  private static List<String> functions(ObjectSpec spec, String program) {
    var types = types(spec);
    var functions = new ArrayList<String>();
    for (var record : spec.program(program).functions()) {
      var function = (BtfType.Function) types.type(record.type());
      var prototype = (BtfType.Prototype) types.type(function.prototype());
      var text = new StringBuilder(function.name());
      for (var parameter : prototype.parameters()) {
        var type = types.type(types.resolve(parameter.type()));
        text.append(' ')
            .append(parameter.name())
            .append(':')
            .append(
                type instanceof BtfType.Pointer pointer
                    ? types.type(types.resolve(pointer.target())) instanceof BtfType.Void
                        ? "void*"
                        : types.name(types.resolve(pointer.target())) + "*"
                    : types.name(parameter.type()));
      }
      functions.add(text.toString());
    }
    return functions;
  }

  @Test
  void eachProgramHasItsOwnContext() {
    assertThat(functions(spec, "code_raw"))
        .containsExactly(
            "code_raw ctx:unsigned long long*",
            "tell by:int ctx:void*",
            "take ctx:unsigned long long*");
    var replaced = replace(spec);
    assertThat(functions(replaced, "code_raw"))
        .containsExactly(
            "code_raw ctx:unsigned long long*",
            "tell by:int ctx:bpf_raw_tracepoint_args*",
            "take ctx:bpf_raw_tracepoint_args*");
    assertThat(functions(replaced, "code_xdp"))
        .containsExactly("code_xdp ctx:xdp_md*", "tell by:int ctx:xdp_md*");
    assertThat(functions(replaced, "code_kprobe"))
        .containsExactly(
            "code_kprobe ctx:void*",
            "tell by:int ctx:bpf_user_pt_regs_t*",
            "registers ctx:bpf_user_pt_regs_t*");
  }

  /// Which struct has them depends on the machine.
  @Test
  void registersStandForTheContextOfPerfEvents() {
    var perf = spec.withProgram("code_kprobe", p -> p.withType(ProgramType.PERF_EVENT));
    assertThat(functions(replace(perf), "code_kprobe"))
        .contains("registers ctx:bpf_perf_event_data*");
    assertThat(functions(ContextTags.replace(perf, "user_pt_regs", _ -> true), "code_kprobe"))
        .contains("tell by:int ctx:bpf_perf_event_data*", "registers ctx:pt_regs*");
  }

  @Test
  void whatHasNoContextByNameStays() {
    assertThat(replace(spec).program("code_tracepoint")).isEqualTo(spec.program("code_tracepoint"));
  }

  @Test
  void programThatIsNotWantedStays() {
    var replaced = ContextTags.replace(spec, "pt_regs", p -> p.name().equals("code_xdp"));
    assertThat(replaced.program("code_raw")).isEqualTo(spec.program("code_raw"));
    assertThat(replaced.program("code_xdp")).isNotEqualTo(spec.program("code_xdp"));
  }

  @Test
  void typesAreAddedBehindThoseThatAreThere() {
    var before = types(spec);
    var after = types(replace(spec));
    for (int id = 1; id < before.typeCount(); id++) {
      assertThat(after.type(id)).isEqualTo(before.type(id));
    }
    // Function, prototype and tag for each function that a program calls; struct and pointer once.
    assertThat(after.typeCount() - before.typeCount()).isEqualTo(3 * 5 + 2 * 3);
    var last = (BtfType.DeclarationTag) after.type(after.typeCount() - 1);
    assertThat(last.value()).isEqualTo("arg:ctx");
    assertThat(last.component()).isZero();
    assertThat(after.name(last.target())).isEqualTo("registers");
  }

  @Test
  void objectWithoutTagsStays() {
    var other = ObjectSpec.read("code_calls.bpf.o", TestObjects.bytes("code_calls"));
    assertThat(ContextTags.areIn(other)).isFalse();
    assertThat(replace(other)).isSameAs(other);
    assertThat(ContextTags.areIn(spec)).isTrue();
  }

  /// `void *` and numbers may stand for a context; what stands for something else does not become
  /// one.
  @Test
  void parameterOfOtherTypeStays() {
    var asPackets = spec.withProgram("code_raw", p -> p.withType(ProgramType.SCHED_CLS));
    assertThat(functions(replace(asPackets), "code_raw"))
        .containsExactly(
            "code_raw ctx:unsigned long long*",
            "tell by:int ctx:__sk_buff*",
            "take ctx:unsigned long long*");
  }
}
