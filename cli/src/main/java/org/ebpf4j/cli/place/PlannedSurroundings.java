package org.ebpf4j.cli.place;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.Place;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// The surroundings of a place before anything is loaded: names stand for what will be there, so
/// that a mistake is found before anything is done.
record PlannedSurroundings(ObjectSpec spec, ProgramSpec program, HookKind kind)
    implements Place.Surroundings {

  /// What is not there yet.
  private record Planned(String name) implements Handle {}

  @Override
  public Handle map(String name) {
    var type = spec.map(name).type();
    if (kind.name().equals("sockmap")
        && type != MapType.SOCKMAP.number()
        && type != MapType.SOCKHASH.number()) {
      throw new BpfException(
          "map '" + name + "' is no map of sockets: its type is " + MapType.label(type));
    }
    return new Planned(name);
  }

  @Override
  public Handle program(String reference) {
    return new Planned(reference);
  }

  @Override
  public Handle listening(InetSocketAddress address) {
    return new Planned("listen=" + address.getHostString() + ":" + address.getPort());
  }

  @Override
  public Optional<AttachType> attachType() {
    return program.attachType();
  }
}
