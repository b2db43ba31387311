package org.ebpf4j.vm;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.load.KernelConfig;
import org.ebpf4j.load.KernelFacts;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.load.ModuleTypes;

/// What there is to know of a virtual kernel to fit an object to it.
///
/// @param types the types that CO-RE adapts to
/// @param config how it was configured
/// @param symbols the addresses of symbols, by name
/// @param kfuncs the functions that programs may call by name
record VirtualFacts(
    Btf types,
    KernelConfig config,
    Map<String, Long> symbols,
    int versionCode,
    int possibleCpus,
    NamedFunctions kfuncs)
    implements KernelFacts {
  private static final int PAGE = 4096;

  VirtualFacts {
    symbols = Map.copyOf(symbols);
  }

  @Override
  public Optional<NamedFunctions> functions() {
    return Optional.of(kfuncs);
  }

  @Override
  public boolean takesAnyStruct() {
    return true;
  }

  @Override
  public List<ModuleTypes> modules() {
    return List.of();
  }

  @Override
  public Map<String, Long> addresses(Set<String> names) {
    var found = new HashMap<>(symbols);
    found.keySet().retainAll(names);
    return found;
  }

  @Override
  public boolean has(KernelFeature feature) {
    return true;
  }

  @Override
  public ByteOrder order() {
    return ByteOrder.LITTLE_ENDIAN;
  }

  @Override
  public int pageSize() {
    return PAGE;
  }

  @Override
  public String registers() {
    return "pt_regs";
  }
}
