package org.ebpf4j.contract;

import java.util.List;
import java.util.Map;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.BpfVariable;
import org.ebpf4j.Link;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.spi.Closing;

/// The maps of an object in the kernel of maps.
record MapsObject(ObjectSpec spec, List<MemoryMap> maps, Map<String, BpfException> failures)
    implements BpfObject {
  MapsObject {
    maps = List.copyOf(maps);
    failures = Map.copyOf(failures);
  }

  @Override
  public List<BpfProgram> programs() {
    return List.of();
  }

  @Override
  public BpfVariable variable(String name) {
    var variable = spec.variable(name);
    var memory = map(variable.map()).memory().asSlice(variable.offset(), variable.size());
    return new BpfVariable(variable, memory, spec.types().orElseThrow());
  }

  @Override
  public Link register(String map) {
    throw new BpfException(
        "map '" + map(map).name() + "' holds no functions for the kernel to call");
  }

  @Override
  public void register(String map, Link link) {
    register(map);
  }

  @Override
  public void close() {
    Closing.all(maps);
  }
}
