// Says beside the button what would otherwise stand in the console alone: the browser gave no passkey.
document.addEventListener("allauth.error", function (event) {
  event.preventDefault();
  document.getElementById("passkey-failed").hidden = false;
});
