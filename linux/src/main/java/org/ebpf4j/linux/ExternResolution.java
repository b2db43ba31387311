package org.ebpf4j.linux;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.linux.internal.host.KernelSymbols;
import org.ebpf4j.linux.internal.host.RunningConfig;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.load.ConfigValue;
import org.ebpf4j.load.KernelConfig;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.load.SymbolScan;
import org.ebpf4j.object.Extern;
import org.ebpf4j.object.ExternReference;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.relocation.TypeCompatibility;

/// What the kernel supplies for each extern of an object. What it lacks fails only the programs
/// that want it.
final class ExternResolution {
  /// A call of a function that the kernel lacks becomes a call of a helper with this number and
  /// more, which no kernel has: a program that does not reach it loads. libbpf's number.
  private static final int MISSING_FUNCTION = 2_002_000_000;

  private static final int KIND_FUNCTION = 12;
  private static final int KIND_VARIABLE = 14;

  private final ObjectSpec object;
  private final KernelContext kernel;
  private final LoadOptions options;
  private final List<Resolved> resolved = new ArrayList<>();
  private final List<Integer> fdArray = new ArrayList<>();
  private final Set<Integer> wanted;

  /// What came of one.
  private sealed interface Resolved {
    /// A variable in map `.kconfig`.
    record InMap(int offset) implements Resolved {}

    /// An address, or 0 for a weak one that is not there.
    record Address(long address) implements Resolved {}

    /// Something of the kernel's types; `index` is where the descriptor of its module stands among
    /// those given with the program.
    record Typed(int id, int moduleFd, int index) implements Resolved {}

    /// A weak function that is not there.
    record Missing() implements Resolved {}

    /// A reason why it cannot be had.
    record Failed(BpfException reason) implements Resolved {}
  }

  ExternResolution(ObjectSpec object, KernelContext kernel, LoadOptions options) {
    this.object = object;
    this.kernel = kernel;
    this.options = options;
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
    var places = new HashMap<Integer, Integer>();
    for (var extern : object.externs()) {
      resolved.add(
          switch (extern) {
            case Extern.Config config -> new Resolved.InMap(config.offset());
            case Extern.Variable variable when variable.type() == 0 -> untyped(variable, addresses);
            case Extern.Variable variable -> typed(variable);
            case Extern.Function function -> function(function, places);
          });
    }
  }

  /// The addresses of those that are declared without a type.
  private SymbolScan.Addresses addresses() {
    var names =
        object.externs().stream()
            .filter(e -> e instanceof Extern.Variable v && v.type() == 0)
            .map(Extern::name)
            .collect(Collectors.toSet());
    return names.isEmpty()
        ? new SymbolScan.Addresses(Map.of(), false)
        : KernelSymbols.addresses(names);
  }

  private static Resolved untyped(Extern.Variable variable, SymbolScan.Addresses addresses) {
    var address = addresses.byName().get(variable.name());
    if (address == null) {
      return variable.weak()
          ? new Resolved.Address(0)
          : failed(variable.name(), "the kernel has no such symbol (/proc/kallsyms)");
    }
    return new Resolved.Address(address);
  }

  private Resolved typed(Extern.Variable variable) {
    var found = kernel.find(variable.name(), KIND_VARIABLE);
    if (found.isEmpty()) {
      return variable.weak()
          ? new Resolved.Address(0)
          : failed(variable.name(), "the kernel's types have no such variable");
    }
    var there = found.get();
    var type =
        there.types().type(there.id()) instanceof org.ebpf4j.btf.BtfType.Variable v
            ? there.types().resolve(v.type())
            : 0;
    if (!TypeCompatibility.compatible(
        object.types().orElseThrow(), variable.type(), there.types(), type)) {
      return failed(variable.name(), "in the kernel it is of another type");
    }
    return new Resolved.Typed(there.id(), there.moduleFd(), 0);
  }

  private Resolved function(Extern.Function function, Map<Integer, Integer> places) {
    var name = org.ebpf4j.btf.Btf.essentialName(function.name());
    var found = kernel.find(name, KIND_FUNCTION);
    if (found.isEmpty()) {
      return function.weak()
          ? new Resolved.Missing()
          : failed(function.name(), "neither the kernel nor a module has such a function (kfunc)");
    }
    var there = found.get();
    var prototype =
        there.types().type(there.id()) instanceof org.ebpf4j.btf.BtfType.Function f
            ? f.prototype()
            : 0;
    if (!TypeCompatibility.compatible(
        object.types().orElseThrow(), function.prototype(), there.types(), prototype)) {
      return function.weak()
          ? new Resolved.Missing()
          : failed(function.name(), "in the kernel it has another prototype");
    }
    if (there.moduleFd() == 0) {
      return new Resolved.Typed(there.id(), 0, 0);
    }
    // Place 0 stands for the kernel itself.
    if (fdArray.isEmpty()) {
      fdArray.add(0);
    }
    var place = places.get(there.moduleFd());
    if (place == null) {
      place = fdArray.size();
      if (place > Short.MAX_VALUE) {
        return failed(function.name(), "the object calls functions of too many modules");
      }
      fdArray.add(there.moduleFd());
      places.put(there.moduleFd(), place);
    }
    return new Resolved.Typed(there.id(), there.moduleFd(), place);
  }

  private static Resolved failed(String name, String why) {
    return new Resolved.Failed(
        new RelocationException(name, "the object wants '" + name + "' of the kernel: " + why));
  }

  /// The descriptors of modules that calls name by their place.
  List<Integer> fdArray() {
    return List.copyOf(fdArray);
  }

  /// Writes what was found into the instructions of a program; references to map `.kconfig` become
  /// such, without a descriptor yet.
  ///
  /// @return the slots that want the descriptor of map `.kconfig`
  /// @throws BpfException where the program wants what the kernel lacks
  List<Integer> apply(ProgramSpec program, long[] slots) {
    var config = new ArrayList<Integer>();
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
          slots[at + 1] = Slot.withImm(slots[at + 1], typed.moduleFd());
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
                "program '"
                    + program.name()
                    + "', instruction "
                    + at
                    + program.line(at).map(l -> " (" + l.describe() + ")").orElse("")
                    + ": "
                    + reason.getMessage());
      }
    }
    return config;
  }

  /// The name of the function that a call of a made-up helper stands for, in messages of the
  /// verifier.
  static java.util.Optional<String> missingFunction(ObjectSpec object, int helper) {
    var index = helper - MISSING_FUNCTION;
    return index >= 0 && index < object.externs().size()
        ? java.util.Optional.of(object.externs().get(index).name())
        : java.util.Optional.empty();
  }

  /// The content of map `.kconfig`.
  ///
  /// @throws BpfException where a value is not there or does not fit its variable
  byte[] config(int size) {
    var image = new byte[size];
    var given = KernelConfig.parse("the configuration that was given", options.config());
    KernelConfig running = null;
    for (int i = 0; i < object.externs().size(); i++) {
      if (!(object.externs().get(i) instanceof Extern.Config variable)) {
        continue;
      }
      byte @org.jspecify.annotations.Nullable [] value;
      if (variable.name().startsWith("CONFIG_")) {
        var text = given.value(variable.name());
        if (text.isEmpty()) {
          if (running == null) {
            running = RunningConfig.read();
          }
          text = running.value(variable.name());
        }
        value =
            text.isEmpty()
                ? null
                : ConfigValue.ofText(variable, text.get(), ByteOrder.nativeOrder());
      } else {
        value = madeUp(variable);
      }
      if (value != null) {
        System.arraycopy(value, 0, image, variable.offset(), value.length);
      } else if (!variable.weak() && wanted.contains(i)) {
        throw new NotFoundException(
            "value of the kernel's configuration",
            variable.name(),
            List.copyOf((running == null ? given : running).values().keySet()));
      }
    }
    return image;
  }

  /// The values that no configuration has, and a loader finds out.
  private static byte @org.jspecify.annotations.Nullable [] madeUp(Extern.Config variable) {
    var order = ByteOrder.nativeOrder();
    return switch (variable.name()) {
      case "LINUX_KERNEL_VERSION" ->
          ConfigValue.ofNumber(variable, KernelRelease.versionCode(), order);
      case "LINUX_HAS_BPF_COOKIE" ->
          ConfigValue.ofNumber(
              variable, KernelFeatures.ofProcess().has(KernelFeature.ATTACH_COOKIE) ? 1 : 0, order);
      case "LINUX_HAS_SYSCALL_WRAPPER" ->
          ConfigValue.ofNumber(
              variable,
              KernelFeatures.ofProcess().has(KernelFeature.SYSCALL_WRAPPER) ? 1 : 0,
              order);
      default -> null;
    };
  }
}
