package org.ebpf4j.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.linux.inspect.CgroupAttachment;
import org.junit.jupiter.api.Test;

class CgroupTreeTest {
  private static CgroupAttachment on(String path, int program, int link) {
    return new CgroupAttachment(
        path, 1, AttachType.CGROUP_DEVICE.number(), program, "p" + program, link, 2);
  }

  private static List<String> drawn(boolean drawn, CgroupAttachment... attachments) {
    var out = new StringWriter();
    new CgroupTree(List.of(attachments)).print(new PrintWriter(out, true), drawn);
    return out.toString().lines().toList();
  }

  @Test
  void isDrawnAsTheTreeOfDirectories() {
    assertThat(
            drawn(
                true,
                on("/sys/fs/cgroup/a", 1, 0),
                on("/sys/fs/cgroup/a/b/c", 2, 7),
                on("/sys/fs/cgroup/a/d", 3, 0),
                on("/sys/fs/cgroup/a/d", 4, 0)))
        .containsExactly(
            "/sys/fs/cgroup/a",
            "├─ cgroup_device: program 1 p1, multi",
            "├─ b/",
            "│  └─ c/",
            "│     └─ cgroup_device: program 2 p2, link 7, multi",
            "└─ d/",
            "   ├─ cgroup_device: program 3 p3, multi",
            "   └─ cgroup_device: program 4 p4, multi");
  }

  @Test
  void beginsAtTheDirectoryThatAllHaveInCommon() {
    assertThat(drawn(false, on("/sys/fs/cgroup/a/b", 1, 0), on("/sys/fs/cgroup/a/c", 2, 0)))
        .containsExactly(
            "/sys/fs/cgroup/a",
            "|- b/",
            "|  `- cgroup_device: program 1 p1, multi",
            "`- c/",
            "   `- cgroup_device: program 2 p2, multi");
    assertThat(drawn(true)).isEmpty();
  }
}
