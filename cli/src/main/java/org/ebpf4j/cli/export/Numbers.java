package org.ebpf4j.cli.export;

import org.jspecify.annotations.Nullable;

/// What numbers stand for on a machine: cgroups, errors, system calls, PCI devices. Any thread may
/// use it; tables are read when they are first needed.
final class Numbers {
  private final Cgroups cgroups;
  private final PciIds pci;
  private final String architecture;
  private @Nullable NumberedNames errors;
  private @Nullable NumberedNames systemCalls;

  /// @param cgroups the cgroups
  /// @param pci the names of PCI devices
  /// @param architecture whose system calls, as the property `os.arch` names it
  Numbers(Cgroups cgroups, PciIds pci, String architecture) {
    this.cgroups = cgroups;
    this.pci = pci;
    this.architecture = architecture;
  }

  /// Those of this machine.
  static Numbers ofMachine() {
    return new Numbers(
        Cgroups.ofMachine(), new PciIds(PciIds.USUAL), System.getProperty("os.arch", ""));
  }

  Cgroups cgroups() {
    return cgroups;
  }

  /// The name of a number; one that has none is shown as a number, with a word that says so.
  ///
  /// @param kind a decoder of numbers
  String name(Decoder kind, long number) {
    var decimal = Long.toUnsignedString(number);
    return switch (kind) {
      case CGROUP ->
          cgroups.path(number).map(Object::toString).orElse("unknown_cgroup_id:" + decimal);
      case ERRNO -> errors().name(number).orElse("unknown:" + decimal);
      case SYSCALL -> systemCalls().name(number).orElse("unknown_syscall:" + decimal);
      case PCI_VENDOR -> pci.vendor(number).orElse(unknown("vendor", number, 4));
      case PCI_DEVICE -> pci.device(number).orElse(unknown("device", number, 8));
      case PCI_CLASS -> pci.category(number).orElse(unknown("class", number, 2));
      case PCI_SUBCLASS -> pci.subclass(number).orElse(unknown("subclass", number, 4));
      default -> throw new IllegalStateException(kind + " names no numbers");
    };
  }

  /// Where there are no names at all, a number says it best.
  private String unknown(String what, long number, int digits) {
    var hexadecimal = PciIds.hexadecimal(number, digits);
    return pci.isEmpty() ? hexadecimal : "unknown pci " + what + ": " + hexadecimal;
  }

  private synchronized NumberedNames errors() {
    var known = errors;
    if (known == null) {
      known = NumberedNames.errors();
      errors = known;
    }
    return known;
  }

  private synchronized NumberedNames systemCalls() {
    var known = systemCalls;
    if (known == null) {
      known = NumberedNames.systemCalls(architecture);
      systemCalls = known;
    }
    return known;
  }
}
