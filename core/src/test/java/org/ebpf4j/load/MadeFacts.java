package org.ebpf4j.load;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Parameter;
import org.jspecify.annotations.Nullable;

/// The facts of a kernel that there is not, made by hand.
final class MadeFacts implements KernelFacts {
  final BtfBuilder kernel = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
  final Map<String, Long> symbols = new HashMap<>();
  final Set<KernelFeature> missing = EnumSet.noneOf(KernelFeature.class);
  final Set<KernelFeature> asked = EnumSet.noneOf(KernelFeature.class);
  final int number = kernel.add(new BtfType.Int("int", 4, 1, 0, 32));
  String config = "";
  private @Nullable Btf types;
  private final List<ModuleTypes> modules = new ArrayList<>();

  /// A struct whose members are numbers of 32 bits at offsets in bytes.
  int struct(String name, long size, Map<String, Integer> offsets) {
    return struct(kernel, name, size, offsets);
  }

  int struct(BtfBuilder types, String name, long size, Map<String, Integer> offsets) {
    var members =
        offsets.entrySet().stream()
            .sorted(Map.Entry.comparingByValue())
            .map(e -> new Member(e.getKey(), number, e.getValue() * 8L, 0))
            .toList();
    return types.add(new BtfType.Struct(name, size, false, members));
  }

  /// A `struct task_struct` with its `tgid` at an offset, `pid` at 3000 and `group_leader` at 1000.
  void task(int tgid) {
    var leader = new Member("group_leader", pointer(0), 8000, 0);
    var id = new Member("tgid", number, tgid * 8L, 0);
    var thread = new Member("pid", number, 24_000, 0);
    kernel.add(new BtfType.Struct("task_struct", 4000, false, List.of(leader, id, thread)));
  }

  int pointer(int target) {
    return kernel.add(new BtfType.Pointer(target));
  }

  /// A function of the kernel.
  int function(String name, int result, Parameter... parameters) {
    return function(kernel, name, result, parameters);
  }

  static int function(BtfBuilder types, String name, int result, Parameter... parameters) {
    var prototype = types.add(new BtfType.Prototype(result, List.of(parameters)));
    return types.add(new BtfType.Function(name, prototype, 0));
  }

  /// A module; the kernel's types are complete by then.
  BtfBuilder module() {
    return BtfBuilder.emptySplit(types());
  }

  void add(String name, BtfBuilder types) {
    modules.add(new ModuleTypes(name, types.build()));
  }

  /// Complete when first asked for.
  @Override
  public Btf types() {
    if (types == null) {
      types = kernel.build();
    }
    return types;
  }

  @Override
  public List<ModuleTypes> modules() {
    return modules;
  }

  @Override
  public Map<String, Long> addresses(Set<String> names) {
    var found = new HashMap<>(symbols);
    found.keySet().retainAll(names);
    return found;
  }

  @Override
  public KernelConfig config() {
    return KernelConfig.parse("made", config);
  }

  @Override
  public boolean has(KernelFeature feature) {
    asked.add(feature);
    return !missing.contains(feature);
  }

  @Override
  public int versionCode() {
    return 0x060102;
  }

  @Override
  public ByteOrder order() {
    return ByteOrder.LITTLE_ENDIAN;
  }

  @Override
  public int pageSize() {
    return 4096;
  }

  @Override
  public int possibleCpus() {
    return 4;
  }

  @Override
  public String registers() {
    return "pt_regs";
  }
}
