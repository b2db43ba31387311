@NullMarked
package org.ebpf4j.attach;

import org.jspecify.annotations.NullMarked;
