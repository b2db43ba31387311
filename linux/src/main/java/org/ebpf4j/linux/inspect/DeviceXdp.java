package org.ebpf4j.linux.inspect;

import java.util.ArrayList;
import java.util.List;

/// The XDP programs of a network device: at most one for each mode.
///
/// @param device the index of the device in its network namespace
/// @param generic the id of the program in the kernel's generic code; 0 for none
/// @param driver the id of the program in the driver; 0 for none
/// @param hardware the id of the program on the device itself; 0 for none
public record DeviceXdp(int device, int generic, int driver, int hardware) {
  /// Whether there is any.
  public boolean isAttached() {
    return generic != 0 || driver != 0 || hardware != 0;
  }

  /// The ids of all programs.
  public List<Integer> programs() {
    var programs = new ArrayList<Integer>();
    for (var id : List.of(generic, driver, hardware)) {
      if (id != 0) {
        programs.add(id);
      }
    }
    return programs;
  }
}
