// Takes the copies that this site keeps on devices away, and itself with them. A site that no
// longer wants to be kept publishes this in place of its service worker.
const PREFIX = `undelivered ${new URL(self.registration.scope).pathname} `;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) =>
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await caches.delete(name);
      await self.registration.unregister();
    })(),
  ),
);
