package org.ebpf4j.junit.packet;

/// The tag of a VLAN, behind the type that says that there is one. For QinQ, two of them follow one
/// another.
///
/// @param priority its priority, from 0 to 7
/// @param dropEligible whether it may be dropped first
/// @param id the VLAN, from 0 to 4095
/// @param type what follows, as in [Ethernet]
public record Vlan(int priority, boolean dropEligible, int id, int type) implements Layer {
  /// @throws IllegalArgumentException for a number that does not fit
  public Vlan {
    Fields.check("priority", priority, 7);
    Fields.check("id", id, 4095);
    Fields.checkOrAuto("type", type, 0xffff);
  }

  /// The tag of a VLAN of priority 0.
  public static Vlan of(int id) {
    return new Vlan(0, false, id, AUTO);
  }

  /// The same with another priority.
  public Vlan withPriority(int other) {
    return new Vlan(other, dropEligible, id, type);
  }

  /// The same with another type.
  public Vlan withType(int other) {
    return new Vlan(priority, dropEligible, id, other);
  }

  @Override
  public int size() {
    return 4;
  }
}
