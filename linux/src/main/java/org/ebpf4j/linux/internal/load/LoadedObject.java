package org.ebpf4j.linux.internal.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ebpf4j.load.FittedStructOps;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.spi.Closing;

/// The descriptors of one object that is loaded.
///
/// @param spec what was loaded
/// @param maps its maps, in the object's order
/// @param programs its programs, in the object's order
/// @param structOps what its structs of functions come to, by the names of their maps
/// @param pins the pins that were made for it
public record LoadedObject(
    ObjectSpec spec,
    List<LoadedMap> maps,
    List<LoadedProgram> programs,
    Map<String, FittedStructOps> structOps,
    MadePins pins)
    implements AutoCloseable {
  public LoadedObject {
    maps = List.copyOf(maps);
    programs = List.copyOf(programs);
    structOps = Map.copyOf(structOps);
  }

  @Override
  public void close() {
    var all = new ArrayList<AutoCloseable>(maps);
    all.addAll(programs);
    Closing.all(all);
  }
}
