/// What unpacks MiniDebugInfo.
@NullMarked
package org.ebpf4j.minidebuginfo;

import org.jspecify.annotations.NullMarked;
