package org.ebpf4j.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.DataSection;
import org.ebpf4j.btf.BtfType.Function;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.btf.BtfType.Prototype;
import org.ebpf4j.btf.BtfType.SectionVariable;
import org.ebpf4j.btf.BtfType.Variable;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The BTF of an object, completed. The expected values are those that libbpf 1.8 makes of the same
/// objects.
final class ObjectTypesTest {
  private final ElfFile elf = ElfFile.read("externs.o", TestObjects.bytes("core_externs"));
  private final Btf types = Btf.read(elf.section(".BTF").orElseThrow().data());

  private static Btf complete(String object) {
    var elf = ElfFile.read(object, TestObjects.bytes(object));
    return ObjectTypes.forKernel(Btf.read(elf.section(".BTF").orElseThrow().data()), elf);
  }

  private static BtfType only(Btf types, String name) {
    assertThat(types.ids(name)).as(name).hasSize(1);
    return types.type(types.ids(name)[0]);
  }

  private static List<String> places(Btf types, String section) {
    var data = types.dataSection(section).orElseThrow();
    var places = new ArrayList<String>();
    places.add("size " + data.size());
    data.variables()
        .forEach(v -> places.add(v.offset() + " " + types.name(v.variable()) + " " + v.size()));
    return places;
  }

  @Test
  void sectionsHaveTheirSizesAndVariablesTheirPlacesInAscendingOrder() {
    var complete = ObjectTypes.forKernel(types, elf);
    assertThat(places(complete, ".data"))
        .containsExactly("size 12", "0 shown 4", "4 hidden 4", "8 weak 4");
    assertThat(places(complete, ".bss"))
        .containsExactly("size 20", "0 own 4", "4 zeroes 12", "16 hidden_zero 4");
    assertThat(places(complete, "license")).containsExactly("size 4", "0 _license 4");
  }

  @Test
  void hiddenVariablesBecomeStatic() {
    var complete = ObjectTypes.forKernel(types, elf);
    assertThat(List.of("shown", "hidden", "weak", "own", "hidden_zero", "_license"))
        .extracting(name -> ((Variable) only(complete, name)).linkage())
        .containsExactly(1, 0, 1, 0, 0, 1);
  }

  @Test
  void hiddenFunctionsBecomeStatic() {
    var complete = ObjectTypes.forKernel(types, elf);
    assertThat(List.of("hidden_function", "shown_function", "hidden_weak_function", "take"))
        .extracting(name -> ((Function) only(complete, name)).linkage())
        .containsExactly(0, 1, 0, 1);
  }

  @Test
  void variablesOfTheConfigurationArePlacedByAlignmentSizeAndName() {
    var complete = ObjectTypes.forKernel(types, elf);
    assertThat(places(complete, ".kconfig"))
        .containsExactly(
            "size 46",
            "0 CONFIG_HZ 8",
            "8 CONFIG_IPV6 4",
            "12 LINUX_KERNEL_VERSION 4",
            "16 CONFIG_BPF_JIT 1",
            "17 CONFIG_CC_VERSION_TEXT 9",
            "26 CONFIG_DEFAULT_HOSTNAME 20");
    assertThat(only(complete, "CONFIG_HZ"))
        .isEqualTo(new Variable("CONFIG_HZ", types.ids("unsigned long")[0], 1));
  }

  @Test
  void symbolsOfTheKernelBecomeNumbers() {
    var complete = ObjectTypes.forKernel(types, elf);
    var dummy = types.typeCount();
    assertThat(complete.typeCount()).isEqualTo(dummy + 1);
    assertThat(complete.type(dummy)).isEqualTo(new Variable("dummy_ksym", 1, 1));
    assertThat(places(complete, ".ksyms"))
        .containsExactly(
            "size 16", "0 dummy_ksym 4", "4 dummy_ksym 4", "8 bpf_prog_active 4", "12 init_task 4");
    assertThat(only(complete, "init_task")).isEqualTo(new Variable("init_task", 1, 1));
  }

  @Test
  void functionsOfTheKernelBecomeGlobalWithNamedParameters() {
    var complete = ObjectTypes.forKernel(types, elf);
    var before = (Function) only(types, "bpf_task_from_pid");
    assertThat(before.linkage()).isEqualTo(2);
    assertThat(only(complete, "bpf_task_from_pid"))
        .isEqualTo(new Function("bpf_task_from_pid", before.prototype(), 1));
    assertThat(types.type(before.prototype()))
        .isInstanceOfSatisfying(
            Prototype.class, p -> assertThat(p.parameters()).containsExactly(new Parameter("", 1)));
    assertThat(complete.type(before.prototype()))
        .isInstanceOfSatisfying(
            Prototype.class,
            p -> assertThat(p.parameters()).containsExactly(new Parameter("dummy_ksym", 1)));
  }

  @Test
  void everythingElseStaysAsItWas() {
    var complete = ObjectTypes.forKernel(types, elf);
    var same = 0;
    for (int id = 0; id < types.typeCount(); id++) {
      assertThat(complete.nameOffset(id)).isEqualTo(types.nameOffset(id));
      switch (types.type(id)) {
        case DataSection _, Variable _, Function _, Prototype _ -> {}
        default -> {
          assertThat(complete.type(id)).isEqualTo(types.type(id));
          same++;
        }
      }
    }
    assertThat(same).isGreaterThan(15);
    assertThat(complete.string(types.nameOffset(1))).isEqualTo("int");
  }

  @Test
  void anObjectOfTheOtherByteOrderIsCompletedInItsOwn() {
    var complete = complete("core_big_endian");
    assertThat(complete.order()).isEqualTo(java.nio.ByteOrder.BIG_ENDIAN);
    var data = complete.dataSection(".data").orElseThrow();
    assertThat(data.size()).isPositive();
    assertThat(data.variables())
        .extracting(SectionVariable::offset)
        .isSorted()
        .allMatch(o -> o < data.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"core_types", "core_calls", "core_maps", "attach_tracing"})
  void aSectionThatIsCompleteStaysAsItIs(String object) {
    var elf = ElfFile.read(object, TestObjects.bytes(object));
    var once = complete(object);
    assertThat(ObjectTypes.forKernel(once, elf).bytes()).isEqualTo(once.bytes());
  }

  private ElfFile with(UnaryOperator<Symbol> change) {
    return new ElfFile(
        elf.file(), elf.order(), elf.sections(), elf.symbols().stream().map(change).toList());
  }

  private static Symbol renamed(Symbol s, String from, String to) {
    return s.name().equals(from)
        ? new Symbol(
            s.index(), to, s.value(), s.size(), s.binding(), s.type(), s.visibility(), s.section())
        : s;
  }

  private static Symbol withVisibility(Symbol s, String name, int visibility) {
    return s.name().equals(name)
        ? new Symbol(
            s.index(), name, s.value(), s.size(), s.binding(), s.type(), visibility, s.section())
        : s;
  }

  @Test
  void internalVisibilityHidesToo() {
    var internal = with(s -> withVisibility(s, "shown", Symbol.INTERNAL));
    assertThat(((Variable) only(ObjectTypes.forKernel(types, internal), "shown")).linkage())
        .isZero();
    var restricted = with(s -> withVisibility(s, "shown", 3));
    assertThat(((Variable) only(ObjectTypes.forKernel(types, restricted), "shown")).linkage())
        .isEqualTo(1);
  }

  @Test
  void rejectsAVariableThatIsNoSymbol() {
    var other = with(s -> renamed(s, "shown", "other"));
    assertThatThrownBy(() -> ObjectTypes.forKernel(types, other))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessage(
            "externs.o, section .data, offset 0x0: the types name a variable 'shown', which is no"
                + " symbol");
  }

  @Test
  void rejectsASectionThatIsNotThere() {
    var builder = BtfBuilder.copyOf(types);
    builder.add(new DataSection(".data.none", 0, List.of()));
    assertThatThrownBy(() -> ObjectTypes.forKernel(builder.build(), elf))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("the types name this section, but it is not there or empty");
  }

  @Test
  void rejectsAnythingButVariablesInASection() {
    var builder = BtfBuilder.copyOf(types);
    builder.add(new DataSection(".data", 0, List.of(new SectionVariable(1, 0, 4))));
    assertThatThrownBy(() -> ObjectTypes.forKernel(builder.build(), elf))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("the types say that there is something but variables");
  }

  @Test
  void rejectsUndefinedSymbolsWithoutAType() {
    var other = with(s -> renamed(s, "init_task", "other"));
    assertThatThrownBy(() -> ObjectTypes.forKernel(types, other))
        .isInstanceOf(RelocationException.class)
        .hasMessage("'other' is undefined and has no type");
    var defined = with(s -> renamed(s, "init_task", "shown"));
    assertThatThrownBy(() -> ObjectTypes.forKernel(types, defined))
        .isInstanceOf(RelocationException.class)
        .hasMessage("'shown' is undefined, but the types say that it is defined here");
  }

  @Test
  void rejectsAnExternThatIsNoSymbol() {
    var other = with(s -> renamed(s, "init_task", ""));
    assertThatThrownBy(() -> ObjectTypes.forKernel(types, other))
        .isInstanceOf(RelocationException.class)
        .hasMessage("section .ksyms has 'init_task', which is no symbol");
  }

  private Btf renamedSection(String from, String to) {
    var builder = BtfBuilder.copyOf(types);
    for (int id = 1; id < types.typeCount(); id++) {
      if (types.type(id) instanceof DataSection section && section.name().equals(from)) {
        builder.set(id, new DataSection(to, section.size(), section.variables()));
      }
    }
    return builder.build();
  }

  @Test
  void rejectsExternsOfOtherSections() {
    assertThatThrownBy(() -> ObjectTypes.forKernel(renamedSection(".ksyms", ".other"), elf))
        .isInstanceOf(RelocationException.class)
        .hasMessageContaining("is undefined, in section .other, which tells no place for it");
    assertThatThrownBy(() -> ObjectTypes.forKernel(renamedSection(".ksyms", ".kconfig"), elf))
        .isInstanceOf(RelocationException.class)
        .hasMessageContaining("function 'bpf_task_from_pid' is undefined, in section .kconfig");
  }

  @Test
  void rejectsExternsInNoSection() {
    var builder = BtfBuilder.copyOf(types);
    for (int id = 1; id < types.typeCount(); id++) {
      if (types.type(id) instanceof DataSection section && section.name().equals(".ksyms")) {
        builder.set(id, new DataSection(".ksyms", 0, section.variables().subList(0, 3)));
      }
    }
    assertThatThrownBy(() -> ObjectTypes.forKernel(builder.build(), elf))
        .isInstanceOf(RelocationException.class)
        .hasMessageContaining(
            "variable 'init_task' is not defined in this file, and not declared as one of the kernel's");
  }

  @Test
  void theSymbolsOfTheKernelAreOrderedAsTheyStand() {
    assertThat(ObjectTypes.forKernel(types, elf).dataSection(".ksyms").orElseThrow().variables())
        .extracting(SectionVariable::offset, SectionVariable::size)
        .containsExactly(tuple(0L, 4L), tuple(4L, 4L), tuple(8L, 4L), tuple(12L, 4L));
  }
}
