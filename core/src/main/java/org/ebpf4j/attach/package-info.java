/// Where programs are attached: program types, attach types, attach points, and the table of hooks,
/// [org.ebpf4j.attach.HookKind], with the names of sections.
@NullMarked
package org.ebpf4j.attach;

import org.jspecify.annotations.NullMarked;
