package org.ebpf4j.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.Kind;
import org.ebpf4j.btf.text.CDeclarations;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.object.Extern;
import org.ebpf4j.object.ExternReference;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.relocation.TypeCompatibility;
import org.jspecify.annotations.Nullable;

/// What the kernel supplies for each extern of an object. What it lacks fails only the programs
/// that want it.
final class ExternResolution {
  /// A call of a function that the kernel lacks becomes a call of a helper with this number and
  /// more, which no kernel has: a program that does not reach it loads. libbpf's number.
  private static final int MISSING_FUNCTION = 2_002_000_000;

  /// More bytes than the values of any configuration have.
  private static final int LARGEST_CONFIG = 16 << 20;

  private final ObjectSpec object;
  private final KernelFacts kernel;
  private final String givenConfig;
  private final List<Resolved> resolved = new ArrayList<>();
  private final List<String> modules = new ArrayList<>();
  private final Set<Integer> wanted;

  /// What came of one.
  private sealed interface Resolved {
    /// A variable in map `.kconfig`.
    record InMap(int offset) implements Resolved {}

    /// An address, or 0 for a weak one that is not there.
    record Address(long address) implements Resolved {}

    /// Something of the types of the kernel or of a module; `index` is where the descriptor of the
    /// module stands among those given with the program.
    record Typed(int id, String module, int index) implements Resolved {}

    /// A weak function that is not there.
    record Missing() implements Resolved {}

    /// A reason why it cannot be had.
    record Failed(BpfException reason) implements Resolved {}
  }

  /// @param givenConfig more of the configuration, which wins over the kernel's
  ExternResolution(ObjectSpec object, KernelFacts kernel, String givenConfig) {
    this.object = object;
    this.kernel = kernel;
    this.givenConfig = givenConfig;
    this.wanted =
        object.programs().stream()
            .filter(ProgramSpec::autoload)
            .flatMap(p -> p.externReferences().stream())
            .map(ExternReference::extern)
            .collect(Collectors.toSet());
  }

  /// Looks for all of them, where a program that is to be loaded wants any.
  void resolve() {
    if (wanted.isEmpty()) {
      return;
    }
    var addresses = addresses();
    for (var extern : object.externs()) {
      resolved.add(
          switch (extern) {
            case Extern.Config config -> new Resolved.InMap(config.offset());
            case Extern.Variable variable when variable.type() == 0 -> untyped(variable, addresses);
            case Extern.Variable variable -> typed(variable);
            case Extern.Function function -> function(function);
          });
    }
  }

  /// The addresses of those that are declared without a type.
  private Map<String, Long> addresses() {
    var names =
        object.externs().stream()
            .filter(e -> e instanceof Extern.Variable v && v.type() == 0)
            .map(Extern::name)
            .collect(Collectors.toSet());
    return names.isEmpty() ? Map.of() : kernel.addresses(names);
  }

  private static Resolved untyped(Extern.Variable variable, Map<String, Long> addresses) {
    var address = addresses.get(variable.name());
    if (address == null) {
      return variable.weak()
          ? new Resolved.Address(0)
          : failed(
              variable.name(),
              "the kernel has no such symbol",
              "declare it __ksym __weak, and use it only if its address is not null; or name a symbol of /proc/kallsyms");
    }
    return new Resolved.Address(address);
  }

  private Resolved typed(Extern.Variable variable) {
    var found = TypeSearch.find(kernel, variable.name(), Kind.VARIABLE);
    if (found.isEmpty()) {
      return variable.weak()
          ? new Resolved.Address(0)
          : failed(
              variable.name(),
              "the kernel's types have no such variable",
              "declare it __ksym __weak, and use it only if bpf_ksym_exists("
                  + variable.name()
                  + ")");
    }
    var there = found.get();
    var type =
        there.types().type(there.id()) instanceof BtfType.Variable v
            ? there.types().resolve(v.type())
            : 0;
    if (!TypeCompatibility.compatible(
        object.types().orElseThrow(), variable.type(), there.types(), type)) {
      return failed(
          variable.name(),
          "in the kernel it is of another type: "
              + prototypes(variable.name(), variable.type(), there.types(), type),
          "declare it as the kernel does");
    }
    return new Resolved.Typed(there.id(), there.module(), 0);
  }

  private Resolved function(Extern.Function function) {
    var name = Btf.essentialName(function.name());
    if (kernel.functions().isPresent()) {
      return named(function, name, kernel.functions().get());
    }
    var found = TypeSearch.find(kernel, name, Kind.FUNCTION);
    if (found.isEmpty()) {
      return function.weak()
          ? new Resolved.Missing()
          : failed(
              function.name(),
              "neither the kernel nor a module has such a function (kfunc)",
              "declare it __ksym __weak, and call it only if bpf_ksym_exists("
                  + function.name()
                  + ")");
    }
    var there = found.get();
    var prototype =
        there.types().type(there.id()) instanceof BtfType.Function f ? f.prototype() : 0;
    if (!TypeCompatibility.compatible(
        object.types().orElseThrow(), function.prototype(), there.types(), prototype)) {
      return function.weak()
          ? new Resolved.Missing()
          : failed(
              function.name(),
              "in the kernel it has another prototype: "
                  + prototypes(name, function.prototype(), there.types(), prototype),
              "declare it as the kernel does, with structs that are defined, not only declared");
    }
    if (there.module().isEmpty()) {
      return new Resolved.Typed(there.id(), "", 0);
    }
    var before = modules.indexOf(there.module());
    if (before < 0 && modules.size() == Short.MAX_VALUE) {
      return failed(
          function.name(),
          "the object calls functions of too many modules",
          "have fewer of them in one object");
    }
    if (before < 0) {
      modules.add(there.module());
    }
    // Place 0 stands for the kernel itself.
    return new Resolved.Typed(there.id(), there.module(), modules.indexOf(there.module()) + 1);
  }

  private static Resolved named(
      Extern.Function function, String name, KernelFacts.NamedFunctions functions) {
    if (functions.names().contains(name)) {
      return new Resolved.Typed(0, "", 0);
    }
    return function.weak()
        ? new Resolved.Missing()
        : failed(
            function.name(),
            "the kernel has no such function (kfunc)",
            functions.mend().replace("%s", name));
  }

  private static Resolved failed(String name, String why, String mend) {
    return new Resolved.Failed(
        new RelocationException(
            name, "the object wants '" + name + "' of the kernel: " + why + "\n  try: " + mend));
  }

  /// What a name is there, and what it is here, in C.
  private String prototypes(String name, int mine, Btf theirs, int their) {
    return declaration(theirs, name, their)
        + "; here it is "
        + declaration(object.types().orElseThrow(), name, mine);
  }

  private static String declaration(Btf types, String name, int type) {
    return new CDeclarations(types)
        .declaration(type, name)
        .replaceAll(" ?\\bdummy_ksym\\b", "")
        .replaceAll("\\s+", " ")
        .strip();
  }

  /// The modules that calls name by their place, from 1.
  List<String> modules() {
    return List.copyOf(modules);
  }

  /// The instructions that still want a descriptor: that of map `.kconfig`, or that of the types of
  /// a module.
  record Applied(List<Integer> config, Map<Integer, String> modules) {}

  /// Writes what was found into the instructions of a program; references to map `.kconfig` become
  /// such, without a descriptor yet.
  ///
  /// @throws BpfException where the program wants what the kernel lacks
  Applied apply(ProgramSpec program, long[] slots) {
    var config = new ArrayList<Integer>();
    var ofModules = new HashMap<Integer, String>();
    for (var reference : program.externReferences()) {
      var at = reference.slot();
      var extern = object.externs().get(reference.extern());
      switch (resolved.get(reference.extern())) {
        case Resolved.InMap(var offset) -> {
          slots[at] = Slot.withImm(Slot.withSrc(slots[at], Opcode.PSEUDO_MAP_VALUE), 0);
          slots[at + 1] = Slot.withImm(slots[at + 1], offset);
          config.add(at);
        }
        case Resolved.Address(var address) -> {
          slots[at] = Slot.withImm(slots[at], (int) address);
          slots[at + 1] = Slot.withImm(slots[at + 1], (int) (address >>> 32));
        }
        case Resolved.Typed typed when Slot.isWide(slots[at]) -> {
          slots[at] = Slot.withImm(Slot.withSrc(slots[at], Opcode.PSEUDO_BTF_ID), typed.id());
          slots[at + 1] = Slot.withImm(slots[at + 1], 0);
          if (!typed.module().isEmpty()) {
            ofModules.put(at, typed.module());
          }
        }
        case Resolved.Typed typed ->
            slots[at] =
                Slot.withImm(
                    Slot.withOffset(
                        Slot.withSrc(slots[at], Opcode.PSEUDO_KFUNC_CALL), typed.index()),
                    typed.id());
        case Resolved.Missing _ when Slot.isWide(slots[at]) -> {
          slots[at] = Slot.withImm(slots[at], 0);
          slots[at + 1] = Slot.withImm(slots[at + 1], 0);
        }
        case Resolved.Missing _ ->
            slots[at] = Slot.of(Opcode.CALL, 0, 0, 0, MISSING_FUNCTION + reference.extern());
        case Resolved.Failed(var reason) ->
            throw new RelocationException(
                extern.name(),
                reason.getMessage()
                    + program.line(at).map(l -> "\n  at " + l.describe()).orElse("")
                    + "\n  in program '"
                    + program.name()
                    + "', instruction "
                    + at);
      }
    }
    return new Applied(config, ofModules);
  }

  /// The name of the function that a call of a made-up helper stands for, in messages of the
  /// verifier.
  static Optional<String> missingFunction(ObjectSpec object, int helper) {
    var index = helper - MISSING_FUNCTION;
    return index >= 0 && index < object.externs().size()
        ? Optional.of(object.externs().get(index).name())
        : Optional.empty();
  }

  /// The content of map `.kconfig`.
  ///
  /// @throws BpfException where a value is not there or does not fit its variable
  byte[] config(int size) {
    if (size > LARGEST_CONFIG) {
      throw new BpfException(
          "map .kconfig of " + size + " bytes: no kernel has that much configuration");
    }
    var image = new byte[size];
    var given = KernelConfig.parse("the configuration that was given", givenConfig);
    @Nullable KernelConfig running = null;
    for (int i = 0; i < object.externs().size(); i++) {
      if (!(object.externs().get(i) instanceof Extern.Config variable)) {
        continue;
      }
      byte @Nullable [] value;
      if (variable.name().startsWith("CONFIG_")) {
        var text = given.value(variable.name());
        if (text.isEmpty()) {
          if (running == null) {
            running = kernel.config();
          }
          text = running.value(variable.name());
        }
        value = text.isEmpty() ? null : ConfigValue.ofText(variable, text.get(), kernel.order());
      } else {
        value = madeUp(variable);
      }
      if (value != null && variable.offset() > size - value.length) {
        throw new RelocationException(
            variable.name(),
            "variable '"
                + variable.name()
                + "' does not lie in map .kconfig of "
                + size
                + " bytes");
      }
      if (value != null) {
        System.arraycopy(value, 0, image, variable.offset(), value.length);
      } else if (!variable.weak() && wanted.contains(i)) {
        throw new NotFoundException(
            "value of the kernel's configuration",
            variable.name(),
            List.copyOf((running == null ? given : running).values().keySet()),
            "",
            "give it with --kconfig FILE, or declare it __weak, which makes it 0 where it is not there");
      }
    }
    return image;
  }

  /// The values that no configuration has, and a loader finds out.
  private byte @Nullable [] madeUp(Extern.Config variable) {
    var order = kernel.order();
    return switch (variable.name()) {
      case "LINUX_KERNEL_VERSION" -> ConfigValue.ofNumber(variable, kernel.versionCode(), order);
      case "LINUX_HAS_BPF_COOKIE" ->
          ConfigValue.ofNumber(variable, kernel.has(KernelFeature.ATTACH_COOKIE) ? 1 : 0, order);
      case "LINUX_HAS_SYSCALL_WRAPPER" ->
          ConfigValue.ofNumber(variable, kernel.has(KernelFeature.SYSCALL_WRAPPER) ? 1 : 0, order);
      default -> null;
    };
  }
}
